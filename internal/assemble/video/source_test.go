package video

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/webrtc/v4"
	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

var _ rtp.PacketReader = (*webrtc.TrackRemote)(nil)

// source is a PacketReader that plays packets at their times. It is made and used inside a synctest bubble.
type source struct {
	packets []timed
	end     error // what Read returns behind the last packet; nil blocks

	mu       sync.Mutex
	start    time.Time
	deadline time.Time
	changed  chan struct{}
	sets     int // calls of SetReadDeadline
}

func newSource(packets []timed, end error) *source {
	return &source{packets: packets, end: end, start: time.Now(), changed: make(chan struct{})}
}

func (s *source) SetReadDeadline(t time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deadline = t
	s.sets++
	close(s.changed)
	s.changed = make(chan struct{})
	return nil
}

func (s *source) Read(b []byte) (int, interceptor.Attributes, error) {
	for {
		s.mu.Lock()
		deadline, changed := s.deadline, s.changed
		if !deadline.IsZero() && !time.Now().Before(deadline) {
			s.mu.Unlock()
			return 0, nil, os.ErrDeadlineExceeded
		}
		var wait <-chan time.Time
		var until time.Time
		if len(s.packets) > 0 {
			until = s.start.Add(s.packets[0].at)
			if !time.Now().Before(until) {
				p := s.packets[0]
				s.packets = s.packets[1:]
				s.mu.Unlock()
				return copy(b, p.data), nil, nil
			}
		} else if s.end != nil {
			s.mu.Unlock()
			return 0, nil, s.end
		}
		s.mu.Unlock()
		if until.IsZero() || !deadline.IsZero() && deadline.Before(until) {
			until = deadline
		}
		timer := &time.Timer{}
		if !until.IsZero() {
			timer = time.NewTimer(time.Until(until))
			wait = timer.C
		}
		select {
		case <-changed:
		case <-wait:
		}
		if wait != nil {
			timer.Stop()
		}
	}
}

// got is a copy of what was delivered, and when, counted from the start.
type got struct {
	AccessUnit
	at  time.Duration
	due time.Duration // PTS
}

// outcome is what came of a run.
type outcome struct {
	units    []got
	requests []time.Duration // when a key frame was asked for
	stats    Stats
	err      error
	sets     int
}

// play runs a Receiver over packets until they end, in a bubble of its own.
func play(t *testing.T, config Config, packets []timed) (o outcome) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o = playHere(t, t.Context(), config, newSource(packets, io.EOF))
	})
	return o
}

// playHere runs a Receiver inside the present bubble.
func playHere(t *testing.T, ctx context.Context, config Config, src *source) (o outcome) {
	t.Helper()
	if config.RequestKeyFrame == nil {
		config.RequestKeyFrame = func() { o.requests = append(o.requests, time.Since(src.start)) }
	}
	r, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	o.err = r.Run(ctx, src, func(au *AccessUnit) error {
		o.units = append(o.units, copyOf(au, src.start))
		return nil
	})
	o.stats = r.Stats()
	o.sets = src.sets
	return o
}

func copyOf(au *AccessUnit, start time.Time) got {
	g := got{AccessUnit: *au, at: time.Since(start), due: au.PTS.Sub(start)}
	g.Data = slices.Clone(au.Data)
	g.Metadata = au.Metadata.Clone()
	return g
}

// checkFrames fails unless the units are the frames with these indexes, byte for byte.
func (o outcome) checkFrames(t *testing.T, r recording, indexes []int) {
	t.Helper()
	var have []int
	for _, u := range o.units {
		i := slices.IndexFunc(r.frames, func(f []byte) bool { return string(f) == string(u.Data) })
		have = append(have, i)
	}
	if !slices.Equal(have, indexes) {
		t.Errorf("delivered frames %s, want %s (-1 is none of the encoder's)", ranges(have), ranges(indexes))
	}
	for i, u := range o.units {
		if i > 0 && !u.PTS.After(o.units[i-1].PTS) {
			t.Errorf("unit %d: PTS %v is not after %v", i, u.due, o.units[i-1].due)
		}
	}
}

// ranges writes indexes as ranges.
func ranges(indexes []int) string {
	s := ""
	for i := 0; i < len(indexes); {
		j := i
		for j+1 < len(indexes) && (indexes[j+1] == indexes[j]+1 || indexes[j+1] < 0 && indexes[j] < 0) {
			j++
		}
		s += fmt.Sprintf(" %d-%d", indexes[i], indexes[j])
		i = j + 1
	}
	return "[" + s + " ]"
}

// span returns the numbers from first to last.
func span(first, last int) (all []int) {
	for i := first; i <= last; i++ {
		all = append(all, i)
	}
	return all
}
