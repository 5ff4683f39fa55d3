package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/livekit/protocol/livekit"
	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/interceptor"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/application"
	"github.com/gst-livekit/gst-livekit/internal/room"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
	"github.com/gst-livekit/gst-livekit/internal/signal"
	"github.com/gst-livekit/gst-livekit/internal/subscriber"
)

var ways = map[string]way{
	"sdk":      throughSDK,
	"own":      own(subscriber.Config{}),
	"separate": own(subscriber.Config{Config: signal.Config{Separate: true}}),
	"indirect": own(subscriber.Config{Indirect: true}),
	"tcp":      own(subscriber.Config{Networks: []webrtc.NetworkType{webrtc.NetworkTypeTCP4, webrtc.NetworkTypeTCP6}}),
}

var labels = map[string]string{
	"sdk":      "an application with LiveKit's SDK",
	"own":      "internal/subscriber",
	"separate": "the same, a peer connection for each direction",
	"indirect": "the same with pion's SRTP",
	"tcp":      "internal/subscriber over TCP",
}

func identity(i int) string { return "camera-" + strconv.Itoa(i) }

// throughSDK is what an application does that joins with LiveKit's SDK.
func throughSDK(ctx context.Context, token string, tracks int, got func(track, string)) (func(), error) {
	lksdk.SetLogger(logger.GetDiscardLogger())
	joined := lksdk.NewRoom(nil)
	if err := joined.JoinWithContextAndToken(ctx, os.Getenv("LIVEKIT_URL"), token); err != nil {
		return nil, err
	}
	var reading sync.WaitGroup
	var selectors []room.Selector
	leave := func() {
		for _, s := range selectors {
			s.Close()
		}
		joined.Disconnect()
		reading.Wait()
	}
	for i := range tracks {
		publisher := joined.GetParticipantByIdentity(identity(i))
		if publisher == nil {
			leave()
			return nil, fmt.Errorf("%s is not in the room", identity(i))
		}
		s := application.SelectParticipant(publisher, caps.Video, livekit.TrackSource_UNKNOWN)
		selectors = append(selectors, s)
		reading.Go(func() {
			if t, err := s.Next(ctx); err == nil {
				got(t, t.MimeType)
			}
		})
	}
	return leave, nil
}

// own is internal/subscriber behind what internal/room has in front of its tracks.
func own(config subscriber.Config) way {
	return func(ctx context.Context, token string, tracks int, got func(track, string)) (func(), error) {
		config.URL, config.Token = os.Getenv("LIVEKIT_URL"), token
		r, err := subscriber.Join(ctx, config)
		if err != nil {
			return nil, err
		}
		var reading sync.WaitGroup
		reading.Go(func() { follow(ctx, r, tracks, &reading, got) })
		return func() {
			r.Close()
			reading.Wait()
		}, nil
	}
}

// follow subscribes to what is published, and has each track read when it comes.
func follow(ctx context.Context, r *subscriber.Room, tracks int, reading *sync.WaitGroup, got func(track, string)) {
	asked, given := map[string]bool{}, map[string]bool{}
	for len(given) < tracks {
		changed := r.Changed()
		for _, p := range r.Participants() {
			for _, info := range p.GetTracks() {
				sid := info.GetSid()
				if !asked[sid] && r.Subscribe(p.GetSid(), sid, true) == nil {
					asked[sid] = true
				}
				if t := r.Track(sid); t != nil && !given[sid] {
					given[sid] = true
					reading.Go(func() { readHeld(t, got) })
				}
			}
		}
		select {
		case <-changed:
		case <-r.Done():
			return
		case <-ctx.Done():
			return
		}
	}
}

func readHeld(t *subscriber.Track, got func(track, string)) {
	reader := rtp.NewReader()
	source, attached := rtp.Hold(t, t.Codec().ClockRate, reader)
	if !attached {
		return
	}
	defer source.Drop()
	defer source.Detach(reader)
	got(borderTrack{reader, t}, t.Codec().MimeType)
}

// borderTrack reads with the Reader and asks through the Track.
type borderTrack struct {
	reader *rtp.Reader
	*subscriber.Track
}

func (b borderTrack) Read(p []byte) (int, interceptor.Attributes, error) { return b.reader.Read(p) }
func (b borderTrack) SetReadDeadline(t time.Time) error                  { return b.reader.SetReadDeadline(t) }
