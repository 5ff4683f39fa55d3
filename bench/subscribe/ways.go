package main

import (
	"context"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/room"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
	"github.com/gst-livekit/gst-livekit/internal/sdk"
	"github.com/gst-livekit/gst-livekit/internal/signal"
	"github.com/gst-livekit/gst-livekit/internal/subscriber"
)

var ways = map[string]way{
	"sdk":      throughSDK,
	"own":      own(subscriber.Config{}),
	"indirect": own(subscriber.Config{Indirect: true}),
	"tcp":      own(subscriber.Config{Networks: []webrtc.NetworkType{webrtc.NetworkTypeTCP4, webrtc.NetworkTypeTCP6}}),
}

var labels = map[string]string{
	"sdk":      "internal/room, on LiveKit's SDK",
	"own":      "internal/subscriber",
	"indirect": "the same with pion's SRTP",
	"tcp":      "internal/subscriber over TCP",
}

func identity(i int) string { return "camera-" + strconv.Itoa(i) }

// throughSDK is what the element does today.
func throughSDK(ctx context.Context, token string, tracks int, got func(track, string)) (func(), error) {
	sdk.RedirectLog(nil)
	c, err := room.Join(ctx, room.Config{URL: os.Getenv("LIVEKIT_URL"), Token: token})
	if err != nil {
		return nil, err
	}
	var reading sync.WaitGroup
	var selectors []room.Selector
	for i := range tracks {
		s := room.NewSelector(room.Criteria{Participant: identity(i)})
		c.Serve(s)
		selectors = append(selectors, s)
		reading.Go(func() {
			if t, err := s.Next(ctx); err == nil {
				got(t, t.MimeType)
			}
		})
	}
	return func() {
		for _, s := range selectors {
			s.Close()
		}
		c.Close()
		reading.Wait()
	}, nil
}

// own is internal/subscriber behind what internal/room has in front of its tracks.
func own(config subscriber.Config) way {
	return func(ctx context.Context, token string, tracks int, got func(track, string)) (func(), error) {
		config.Config = signal.Config{URL: os.Getenv("LIVEKIT_URL"), Token: token}
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
