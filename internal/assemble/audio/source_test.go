package audio

import (
	"context"
	"encoding/binary"
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

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

var _ rtp.PacketReader = (*webrtc.TrackRemote)(nil)

const (
	latency = 100 * time.Millisecond

	opusType = 111
	redType  = 63
	tick     = 20 * time.Millisecond // the distance of packets
	step     = 960                   // the same in RTP timestamps of Opus
	first    = 10 * time.Millisecond // when the first packet arrives
)

func ms(n int) time.Duration { return time.Duration(n) * time.Millisecond }

// timed is an RTP packet, and when it arrives.
type timed struct {
	at   time.Duration
	data []byte
}

// header are the fields of a packet that tests are about.
type header struct {
	sequence    uint16
	timestamp   uint32
	payloadType uint8
	marker      bool
	ssrc        uint32
}

// packet makes an RTP packet.
func packet(h header, payload []byte) []byte {
	p := []byte{0x80, h.payloadType, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
	if h.marker {
		p[1] |= 0x80
	}
	binary.BigEndian.PutUint16(p[2:], h.sequence)
	binary.BigEndian.PutUint32(p[4:], h.timestamp)
	binary.BigEndian.PutUint32(p[8:], h.ssrc)
	return append(p, payload...)
}

// opus makes the Opus packet with a number: 20 ms, mono, CELT.
func opus(n int) []byte {
	p := make([]byte, 61)
	p[0] = 0xf8
	for i := range p[1:] {
		p[1+i] = byte(n*31 + i*7 + 1)
	}
	binary.BigEndian.PutUint16(p[1:], uint16(n))
	return p
}

// red makes a payload in the form of RFC 2198. Its blocks are this many timestamps older than the packet.
func red(own []byte, repeated ...redBlock) []byte {
	var head, body []byte
	for _, b := range repeated {
		head = binary.BigEndian.AppendUint32(head, 1<<31|opusType<<24|b.age<<10|uint32(len(b.data)))
		body = append(body, b.data...)
	}
	return slices.Concat(head, []byte{opusType}, body, own)
}

type redBlock struct {
	age  uint32
	data []byte
}

// stream is what a publisher sends. Its methods change it.
type stream struct {
	sequence  uint16
	timestamp uint32
	depth     int // how many packets each one repeats; 0 is a stream without RED
	seal      func(frame []byte) []byte
	whole     bool // seal is for the payload, not for each frame

	ssrc    uint32
	at      time.Duration
	n       int
	marker  bool
	history []redBlock // age is the timestamp
	packets []timed
	sent    [][]byte // the frames
}

func newStream() *stream { return &stream{sequence: 1000, timestamp: 5000, ssrc: 1, at: first} }

// send adds the next so many packets.
func (s *stream) send(count int) *stream {
	for range count {
		s.frame(opus(s.n))
		s.skip(tick)
	}
	return s
}

// skip lets time go by.
func (s *stream) skip(d time.Duration) {
	s.at += d
	s.timestamp += uint32(d * 48000 / time.Second)
}

// frame adds a packet with a frame.
func (s *stream) frame(frame []byte) {
	s.sent = append(s.sent, frame)
	s.n++
	if s.seal != nil && !s.whole {
		frame = s.seal(frame)
	}
	payload, payloadType := frame, uint8(opusType)
	if s.depth > 0 {
		var repeated []redBlock
		for _, b := range s.history[max(len(s.history)-s.depth, 0):] {
			if age := s.timestamp - b.age; age < 1<<14 {
				repeated = append(repeated, redBlock{age, b.data})
			}
		}
		payload, payloadType = red(frame, repeated...), redType
		s.history = append(s.history, redBlock{s.timestamp, frame})
	}
	if s.seal != nil && s.whole {
		payload = s.seal(payload)
	}
	s.packet(payloadType, payload)
}

// packet adds a packet as it is.
func (s *stream) packet(payloadType uint8, payload []byte) {
	s.packets = append(s.packets, timed{s.at, packet(header{s.sequence, s.timestamp, payloadType, s.marker, s.ssrc}, payload)})
	s.sequence++
}

// without returns the packets without those of these indexes.
func (s *stream) without(lost ...int) []timed {
	var rest []timed
	for i, p := range s.packets {
		if !slices.Contains(lost, i) {
			rest = append(rest, p)
		}
	}
	return rest
}

// sorted returns packets in the order of their times.
func sorted(packets []timed) []timed {
	packets = slices.Clone(packets)
	slices.SortStableFunc(packets, func(a, b timed) int { return int(a.at - b.at) })
	return packets
}

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
		var wait <-chan time.Time
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

// got is a copy of what was played, and when, counted from the start.
type got struct {
	Frame
	at  time.Duration
	due time.Duration // PTS
}

// player keeps what is played.
type player struct {
	start  time.Time
	frames []got
	ticks  []time.Duration
	due    func() (time.Time, bool) // nil: no deadline
	play   func(*Frame) error
}

func (p *player) Play(f *Frame) error {
	g := got{Frame: *f, at: time.Since(p.start), due: f.PTS.Sub(p.start)}
	g.Data = slices.Clone(f.Data)
	p.frames = append(p.frames, g)
	if p.play != nil {
		return p.play(f)
	}
	return nil
}

func (p *player) Deadline() (time.Time, bool) {
	if p.due == nil {
		return time.Time{}, false
	}
	return p.due()
}

func (p *player) Tick(now time.Time, _ bool) error {
	p.ticks = append(p.ticks, now.Sub(p.start))
	return nil
}

// outcome is what came of a run.
type outcome struct {
	player
	stats Stats
	err   error
	sets  int
}

func isRED(payloadType uint8) bool { return payloadType == redType }

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
	o.start = src.start
	if config.Codec == 0 {
		config.Codec = caps.Opus
	}
	if config.Latency == 0 {
		config.Latency = latency
	}
	if config.IsRedundant == nil {
		config.IsRedundant = isRED
	}
	if config.Player == nil {
		config.Player = &o.player
	}
	r, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	o.err = r.Run(ctx, src)
	o.stats = r.Stats()
	o.sets = src.sets
	return o
}

// check fails unless these frames were played, each once. A number may be followed by: r that it is redundant, m that
// frames are missing before it, d that it is the first of a sequence, s that it is silent.
func (o outcome) check(t *testing.T, sent [][]byte, want ...string) {
	t.Helper()
	var have []string
	for _, f := range o.frames {
		s := fmt.Sprint(slices.IndexFunc(sent, func(data []byte) bool { return string(data) == string(f.Data) }))
		for _, flag := range []struct {
			set  bool
			name string
		}{{f.Redundant, "r"}, {f.Missing, "m"}, {f.Discont, "d"}, {f.Silent, "s"}} {
			if flag.set {
				s += flag.name
			}
		}
		have = append(have, s)
	}
	if !slices.Equal(have, want) {
		t.Errorf("played %v,\n want %v (-1 is none that was sent)", have, want)
	}
	for i, f := range o.frames {
		if i == 0 {
			continue
		}
		if before := o.frames[i-1]; !f.PTS.After(before.PTS) || !f.Discont && int32(f.RTPTimestamp-before.RTPTimestamp) <= 0 {
			t.Errorf("frame %d: PTS %v, timestamp %d after %v, %d", i, f.due, f.RTPTimestamp, before.due, before.RTPTimestamp)
		}
	}
}

// numbers are those from a to b, the first of all of them with flags.
func numbers(a, b int, flags string) (all []string) {
	for n := a; n <= b; n++ {
		all = append(all, fmt.Sprint(n)+flags)
		flags = ""
	}
	return all
}
