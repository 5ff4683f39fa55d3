package testpublisher

import (
	"errors"
	"fmt"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/rtcp"
)

var errNotPublished = errors.New("no track is published")

// TrackSID is the published track's id on the server, or empty. It changes with Republish, and when the SDK joins the
// room again after the server was gone.
func (p *Publisher) TrackSID() string {
	publication := p.publication()
	if publication == nil {
		return ""
	}
	return publication.SID()
}

// Muted tells whether the track is muted.
func (p *Publisher) Muted() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.muted
}

// Unpublish takes the track out of the room and stays there without it.
func (p *Publisher) Unpublish() error {
	publication := p.publication()
	if publication == nil {
		return fmt.Errorf("unpublish: %w", errNotPublished)
	}
	p.mu.Lock()
	p.track = nil
	p.muted = false
	p.mu.Unlock()
	if err := p.room.LocalParticipant.UnpublishTrack(publication.SID()); err != nil {
		return fmt.Errorf("unpublish track %s: %w", publication.SID(), err)
	}
	return nil
}

// Republish publishes the picture again after Unpublish, as a track with a new id.
func (p *Publisher) Republish() error {
	if sid := p.TrackSID(); sid != "" {
		return fmt.Errorf("publish: track %s is published already", sid)
	}
	format, err := p.config.Codec.format()
	if err != nil {
		return err
	}
	track, err := lksdk.NewLocalTrack(format.capability, lksdk.WithRTCPHandler(p.handleRTCP))
	if err != nil {
		return fmt.Errorf("make %s track: %w", p.config.Codec, err)
	}
	track.SetLogger(p.log.logger(p.config.Logger))

	p.mu.Lock()
	p.track = track
	p.resume = true
	p.mu.Unlock()

	encryption := livekit.Encryption_NONE
	if p.encrypt != nil {
		encryption = livekit.Encryption_GCM
	}
	_, err = p.room.LocalParticipant.PublishTrack(track, &lksdk.TrackPublicationOptions{
		Name:        p.config.TrackName,
		Source:      p.config.Source,
		VideoWidth:  p.config.Width,
		VideoHeight: p.config.Height,
		Encryption:  encryption,

		AttachUserTimestamp: p.config.AnnounceMetadata,
		AttachFrameId:       p.config.AnnounceMetadata,
	})
	if err != nil {
		p.mu.Lock()
		p.track = nil
		p.mu.Unlock()
		return fmt.Errorf("publish %s track: %w", p.config.Codec, err)
	}
	return nil
}

// SetMuted mutes or unmutes the track. A muted track sends nothing.
func (p *Publisher) SetMuted(muted bool) error {
	publication := p.publication()
	if publication == nil {
		return fmt.Errorf("mute: %w", errNotPublished)
	}
	p.mu.Lock()
	p.muted = muted
	p.resume = p.resume || !muted
	p.mu.Unlock()
	publication.SetMuted(muted)
	return nil
}

// publication asks the SDK, who makes another one when it joins the room again.
func (p *Publisher) publication() *lksdk.LocalTrackPublication {
	p.mu.Lock()
	track := p.track
	p.mu.Unlock()
	if track == nil {
		return nil
	}
	for _, publication := range p.room.LocalParticipant.TrackPublications() {
		if local, ok := publication.(*lksdk.LocalTrackPublication); ok && local.TrackLocal() == track {
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
