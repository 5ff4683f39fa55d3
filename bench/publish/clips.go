package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"
	"github.com/pion/webrtc/v4/pkg/media"

	"github.com/gst-livekit/gst-livekit/bench/clip"
	"github.com/gst-livekit/gst-livekit/bench/sent"
)

// capabilities are those of a clip's codecs.
var capabilities = map[string]webrtc.RTPCodecCapability{
	"vp8":  {MimeType: webrtc.MimeTypeVP8, ClockRate: 90000},
	"h264": {MimeType: webrtc.MimeTypeH264, ClockRate: 90000, SDPFmtpLine: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"},
	"opus": {MimeType: webrtc.MimeTypeOpus, ClockRate: clip.SoundRate, Channels: 2},
}

// clipTrack repeats a clip on a track.
type clipTrack struct {
	name    string
	sound   bool
	frames  [][]byte
	every   time.Duration
	track   *lksdk.LocalTrack
	restart atomic.Bool // a key frame is wanted
	next    int         // the frame of the clip; only send uses it
}

// publishClips publishes clips until ctx ends. All tracks are those of one participant, because each participant costs
// the machine something. They are told apart by their names.
func publishClips(ctx context.Context, o options, reports io.Writer) error {
	tracks, err := newClipTracks(ctx, o)
	if err != nil {
		return err
	}
	lksdk.SetLogger(logger.GetDiscardLogger())
	room, err := lksdk.ConnectToRoom(os.Getenv("LIVEKIT_URL"), lksdk.ConnectInfo{
		APIKey: os.Getenv("LIVEKIT_API_KEY"), APISecret: os.Getenv("LIVEKIT_API_SECRET"),
		RoomName: o.room, ParticipantIdentity: sent.Identity(0),
	}, nil, lksdk.WithAutoSubscribe(false))
	if err != nil {
		return fmt.Errorf("join room %q: %w", o.room, err)
	}
	defer room.Disconnect()
	for _, t := range tracks {
		if err := t.publish(room, o); err != nil {
			return err
		}
	}
	out := &writer{sent: sent.NewWriter(reports)}
	out.ready()
	for i, t := range tracks {
		// Publishers do not send at the same moments.
		go t.send(ctx, t.every*time.Duration(i)/time.Duration(len(tracks)), out)
	}
	<-ctx.Done()
	return out.failure()
}

func newClipTracks(ctx context.Context, o options) ([]*clipTrack, error) {
	var tracks []*clipTrack
	if o.tracks > 0 {
		frames, err := clip.Video(ctx, o.codec, o.width, o.height, o.frameRate)
		if err != nil {
			return nil, err
		}
		if err := recordFrames(o, frames); err != nil {
			return nil, fmt.Errorf("record the picture: %w", err)
		}
		for i := range o.tracks {
			tracks = append(tracks, &clipTrack{name: sent.Identity(i), frames: frames, every: time.Second / time.Duration(o.frameRate)})
		}
	}
	if o.sounds > 0 {
		packets, err := clip.Sound(ctx)
		if err != nil {
			return nil, err
		}
		if err := recordSound(o, packets); err != nil {
			return nil, fmt.Errorf("record the sound: %w", err)
		}
		for i := range o.sounds {
			tracks = append(tracks, &clipTrack{name: sent.Sound(i), sound: true, frames: packets, every: time.Second / clip.SoundPackets})
		}
	}
	return tracks, nil
}

func (t *clipTrack) publish(room *lksdk.Room, o options) error {
	capability, source := capabilities[o.codec], livekit.TrackSource_CAMERA
	if t.sound {
		capability, source = capabilities["opus"], livekit.TrackSource_MICROPHONE
	}
	var err error
	t.track, err = lksdk.NewLocalTrack(capability, lksdk.WithRTCPHandler(func(packet rtcp.Packet) {
		switch packet.(type) {
		case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
			t.restart.Store(true)
		}
	}))
	if err == nil {
		t.track.SetLogger(logger.GetDiscardLogger())
		_, err = room.LocalParticipant.PublishTrack(t.track, &lksdk.TrackPublicationOptions{
			Name: t.name, Source: source, VideoWidth: o.width, VideoHeight: o.height, DisableDTX: true,
		})
	}
	if err != nil {
		return fmt.Errorf("publish track %s: %w", t.name, err)
	}
	return nil
}

// send sends a frame at each moment of its own, which is this much behind the whole seconds of the clock, until ctx ends.
func (t *clipTrack) send(ctx context.Context, behind time.Duration, out *writer) {
	begin := time.Now().Truncate(time.Second).Add(time.Second)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for n := 0; ; n++ {
		at := begin.Add(time.Duration(n) * t.every)
		timer.Reset(time.Until(at.Add(behind)))
		select {
		case <-timer.C:
		case <-ctx.Done():
			return
		}
		if t.restart.Swap(false) && !t.sound {
			t.next = 0
		}
		if t.sound && t.next%clip.SoundPackets == 0 { // the burst
			out.fail(out.burst(t.name, at.Round(time.Second)))
		}
		// It fails while nobody receives.
		_ = t.track.WriteSample(media.Sample{Data: t.frames[t.next], Duration: t.every}, nil)
		t.next = (t.next + 1) % len(t.frames)
	}
}
