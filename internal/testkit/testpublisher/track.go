package testpublisher

import (
	"errors"
	"fmt"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/rtcp"
)

var errNotPublished = errors.New("no track is published")

// TrackSID is the published picture's id on the server, or empty. It changes with Republish, and when the SDK joins the
// room again after the server was gone.
func (p *Publisher) TrackSID() string {
	publication := p.publication()
	if publication == nil {
		return ""
	}
	return publication.SID()
}

// Muted tells whether the tracks are muted.
func (p *Publisher) Muted() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.muted
}

// Unpublish takes the tracks out of the room and stays there without them.
func (p *Publisher) Unpublish() error {
	publication := p.publication()
	if publication == nil {
		return fmt.Errorf("unpublish: %w", errNotPublished)
	}
	sound := p.soundPublication()
	p.mu.Lock()
	p.sound = nil
	p.muted = false
	p.mu.Unlock()
	p.setTracks(nil)
	for _, publication := range []*lksdk.LocalTrackPublication{publication, sound} {
		if publication == nil {
			continue
		}
		if err := p.room.LocalParticipant.UnpublishTrack(publication.SID()); err != nil {
			return fmt.Errorf("unpublish track %s: %w", publication.SID(), err)
		}
	}
	return nil
}

// Republish publishes the picture and the sound again after Unpublish, as tracks with new ids.
func (p *Publisher) Republish() error {
	if sid := p.TrackSID(); sid != "" {
		return fmt.Errorf("publish: track %s is published already", sid)
	}
	format, err := p.config.Codec.format()
	if err != nil {
		return err
	}
	options := &lksdk.TrackPublicationOptions{
		Name:        p.config.TrackName,
		Source:      p.config.Source,
		VideoWidth:  p.config.Width,
		VideoHeight: p.config.Height,
		Encryption:  p.encryption(),

		AttachUserTimestamp: p.config.AnnounceMetadata,
		AttachFrameId:       p.config.AnnounceMetadata,
	}
	publish := p.publishPicture
	if p.config.Simulcast {
		publish = p.publishLayers
	}
	if err := publish(format, options); err != nil {
		return err
	}
	if p.config.Tone {
		return p.publishSound()
	}
	return nil
}

func (p *Publisher) publishPicture(format format, options *lksdk.TrackPublicationOptions) error {
	track, err := lksdk.NewLocalTrack(format.capability, lksdk.WithRTCPHandler(p.handleRTCP))
	if err != nil {
		return fmt.Errorf("make %s track: %w", p.config.Codec, err)
	}
	track.SetLogger(p.log.logger(p.config.Logger))
	p.setTracks([]*lksdk.LocalTrack{track})
	if _, err := p.room.LocalParticipant.PublishTrack(track, options); err != nil {
		p.setTracks(nil)
		return fmt.Errorf("publish %s track: %w", p.config.Codec, err)
	}
	return nil
}

// encryption is how the tracks are announced.
func (p *Publisher) encryption() livekit.Encryption_Type {
	if p.encrypt != nil {
		return livekit.Encryption_GCM
	}
	return livekit.Encryption_NONE
}

// SetMuted mutes or unmutes the tracks. A muted track sends nothing.
func (p *Publisher) SetMuted(muted bool) error {
	publication := p.publication()
	if publication == nil {
		return fmt.Errorf("mute: %w", errNotPublished)
	}
	p.mu.Lock()
	p.muted = muted
	p.resume = p.resume || !muted
	for _, layer := range p.lower {
		layer.resume = layer.resume || !muted
	}
	p.mu.Unlock()
	publication.SetMuted(muted)
	if sound := p.soundPublication(); sound != nil {
		sound.SetMuted(muted)
	}
	return nil
}

func (p *Publisher) publication() *lksdk.LocalTrackPublication {
	p.mu.Lock()
	track := p.track
	p.mu.Unlock()
	return p.publicationOf(track)
}

func (p *Publisher) soundPublication() *lksdk.LocalTrackPublication {
	p.mu.Lock()
	track := p.sound
	p.mu.Unlock()
	return p.publicationOf(track)
}

// publicationOf asks the SDK, who makes another one when it joins the room again.
func (p *Publisher) publicationOf(track *lksdk.LocalTrack) *lksdk.LocalTrackPublication {
	if track == nil {
		return nil
	}
	for _, publication := range p.room.LocalParticipant.TrackPublications() {
		local, ok := publication.(*lksdk.LocalTrackPublication)
		// With layers, there is no TrackLocal.
		if ok && (local.TrackLocal() == track || local.GetSimulcastTrack(qualities[0]) == track) {
			return local
		}
	}
	return nil
}

// handleRTCP runs on a goroutine of the SDK, which may outlive the track by a moment.
func (p *Publisher) handleRTCP(packet rtcp.Packet) {
	switch packet.(type) {
	case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
		p.requestKeyFrame()
	}
}

func (p *Publisher) requestKeyFrame() {
	if !p.keyPending.Swap(true) {
		p.encoder.forceKeyFrame()
	}
}

// The track sources that a video track has.
const (
	Camera      = livekit.TrackSource_CAMERA
	ScreenShare = livekit.TrackSource_SCREEN_SHARE
)
