package playout

import (
	"bytes"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/assemble/audio"
	"github.com/gst-livekit/gst-livekit/internal/sound"
)

const (
	tick    = 20 * time.Millisecond
	latency = 100 * time.Millisecond
)

func ms(n int) time.Duration { return time.Duration(n) * time.Millisecond }

// simulation calls a Timeline as its owner does, and checks what is true of every stream: a piece begins where the one
// before it has ended, unless it says otherwise, and what is made up comes in time.
type simulation struct {
	*testing.T

	timeline *Timeline
	config   Config
	now      time.Duration
	muted    bool
	waiting  bool // packets are there behind a missing one
	rate     int64

	pieces   []Piece
	samples  []int16
	end      time.Duration
	begun    bool
	began    time.Duration
	discont  int
	worst    time.Duration // by how much the stream was away from the time of a frame that was played
	deadline int           // how often Deadline changed
	last     time.Duration
	due      time.Duration // of the frame that is being played
}

// simulate makes a simulation of a stream of G.711, whose samples say where they come from, or of Opus packets.
func simulate(t *testing.T, silence Silence, decoded bool) *simulation {
	s := &simulation{T: t, rate: 8000}
	s.config = Config{Silence: silence, Taker: s, Local: func() time.Duration { return s.now }, Muted: func() bool { return s.muted }}
	s.timeline = New(s.config)
	s.timeline.SetLatency(latency)
	if decoded {
		d, err := sound.NewDecoder(caps.PCMU, 8000, 1)
		if err != nil {
			t.Fatal(err)
		}
		s.timeline.SetDecoder(caps.PCMU, d)
	} else {
		s.timeline.SetPackets(caps.PCMU)
	}
	t.Cleanup(s.timeline.Close)
	return s
}

// Take implements Taker.
func (s *simulation) Take(p *Piece) error {
	s.Helper()
	sample := time.Second/time.Duration(s.rate) + 1
	if off := p.PTS - s.end; s.begun && !p.Discont && (off < -sample || off > sample) && len(p.Samples) > 0 {
		s.Fatalf("at %v: a piece (%v) begins at %v, and the one before it has ended at %v", s.now, p.Kind, p.PTS, s.end)
	}
	if s.begun && p.PTS < s.end-ms(3) {
		s.Fatalf("at %v: a piece goes back to %v from %v", s.now, p.PTS, s.end)
	}
	if p.Discont {
		s.discont++
	}
	if p.Kind == Sound && s.now-s.began > 5*time.Second {
		if off := (p.PTS - s.due).Abs(); off < far {
			s.worst = max(s.worst, off)
		}
	}
	if !s.begun {
		s.began = s.now
	}
	s.begun, s.end = true, p.PTS+p.Duration
	kept := *p
	kept.Samples, kept.Packet = nil, bytes.Clone(p.Packet)
	s.pieces = append(s.pieces, kept)
	s.samples = append(s.samples, p.Samples...)
	return nil
}

// until lets time pass.
func (s *simulation) until(to time.Duration) {
	s.Helper()
	for {
		due, ok := s.timeline.Deadline()
		if ok && due != s.last {
			s.deadline++
			s.last = due
		}
		if !ok || due > max(to, s.now) {
			break
		}
		s.now = max(s.now, due)
		if err := s.timeline.Tick(s.now, s.waiting); err != nil {
			s.Fatal(err)
		}
		s.inTime()
	}
	s.now = max(s.now, to)
	s.inTime()
}

// inTime checks that nobody downstream has to wait.
func (s *simulation) inTime() {
	s.Helper()
	if s.timeline.Begun() && s.config.Silence == Always && s.end < s.now+s.timeline.offset-latency {
		s.Fatalf("at %v the stream ends at %v, which is too late", s.now, s.end)
	}
}

// frame makes the frame with a number. Its bytes have this code.
func frame(n int, code byte) *audio.Frame {
	return &audio.Frame{Data: bytes.Repeat([]byte{code}, 160), Duration: tick, RTPTimestamp: uint32(n * 160), Discont: n == 0}
}

// play plays a frame that arrives now and is due then.
func (s *simulation) play(f *audio.Frame, due time.Duration) {
	s.Helper()
	s.due = due
	if err := s.timeline.Play(f, due); err != nil {
		s.Fatal(err)
	}
}

// run plays frames that arrive when they are due.
func (s *simulation) run(from, to int, code byte) {
	s.Helper()
	for n := from; n < to; n++ {
		s.until(time.Duration(n) * tick)
		s.play(frame(n, code), time.Duration(n)*tick)
	}
}

// made sums up the pieces of a kind.
func (s *simulation) made(kind Kind) (sum time.Duration) {
	for _, p := range s.pieces {
		if p.Kind == kind {
			sum += p.Duration
		}
	}
	return sum
}
