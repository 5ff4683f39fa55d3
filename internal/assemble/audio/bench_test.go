package audio

import (
	"encoding/binary"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/e2ee"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// idle is a Player that does nothing.
type idle struct{ frames int }

func (i *idle) Play(*Frame) error         { i.frames++; return nil }
func (*idle) Deadline() (time.Time, bool) { return time.Time{}, false }
func (*idle) Tick(time.Time, bool) error  { return nil }

// feeder gives a Receiver one packet after another, 50 a second.
type feeder struct {
	tb      testing.TB
	r       *Receiver
	player  idle
	packets [][]byte // of 3 packets each
	lossy   bool     // one in 10 is lost
	n       int
}

// feeders are the streams of benchmarks, by name.
func feeders(tb testing.TB) map[string]*feeder {
	all := map[string]*feeder{}
	for name, set := range map[string]struct {
		depth                int
		sealed, whole, lossy bool
	}{
		"opus":                        {},
		"red":                         {depth: 2},
		"red, one in 10 lost":         {depth: 2, lossy: true},
		"encrypted":                   {sealed: true},
		"red of encrypted":            {depth: 2, sealed: true},
		"red of encrypted, 1 in 10":   {depth: 2, sealed: true, lossy: true},
		"encrypted red":               {depth: 2, sealed: true, whole: true},
		"encrypted red, 1 in 10 lost": {depth: 2, sealed: true, whole: true, lossy: true},
	} {
		f := &feeder{tb: tb, lossy: set.lossy}
		s := newStream()
		s.depth = set.depth
		config := Config{Config: rtp.Config{Latency: latency}, Codec: caps.Opus, IsRedundant: isRED, Player: &f.player}
		if set.sealed {
			s.seal, s.whole = sealer(tb, "secret"), set.whole
			config.Decryptor = e2ee.NewDecryptor(keysOf(), caps.Opus, livekit.Encryption_GCM)
		}
		s.send(5)
		for _, p := range s.packets {
			f.packets = append(f.packets, p.data)
		}
		r, err := New(config)
		if err != nil {
			tb.Fatal(err)
		}
		r.packets.Start()
		f.r = r
		all[name] = f
	}
	return all
}

// next gives the next packet.
func (f *feeder) next() {
	n := f.n
	f.n++
	if f.lossy && n%10 == 5 {
		return
	}
	data := f.packets[min(n, len(f.packets)-1)]
	buffer := f.r.packets.Buffer()
	copy(buffer, data)
	binary.BigEndian.PutUint16(buffer[2:], uint16(n))
	binary.BigEndian.PutUint32(buffer[4:], uint32(n)*step)
	now := time.Duration(n) * tick
	if err := f.r.packets.Tick(now); err != nil {
		f.tb.Fatal(err)
	}
	f.r.packets.Deadline(now)
	if err := f.r.packets.Receive(len(data), now); err != nil {
		f.tb.Fatal(err)
	}
}

// BenchmarkReceive takes one packet per operation.
func BenchmarkReceive(b *testing.B) {
	for name, f := range feeders(b) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f.next()
			}
			if missing := f.n - f.player.frames; missing > 1 {
				b.Errorf("%d packets, %d frames, stats %+v", f.n, f.player.frames, f.r.Stats())
			}
		})
	}
}

func TestReceivingMakesNoGarbage(t *testing.T) {
	for name, f := range feeders(t) {
		for range 100 {
			f.next()
		}
		if n := testing.AllocsPerRun(1000, f.next); n > 0 {
			t.Errorf("%s: %v allocations a packet", name, n)
		}
		if missing := f.n - f.player.frames; missing > 1 {
			t.Errorf("%s: %d packets, %d frames, stats %+v", name, f.n, f.player.frames, f.r.Stats())
		}
	}
}
