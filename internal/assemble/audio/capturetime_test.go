package audio

import (
	"encoding/binary"
	"io"
	"testing"
	"testing/synctest"
	"time"

	pionrtp "github.com/pion/rtp"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/rtp"
)

// TestCaptureTimes come from sender reports, also for repeated frames, and from an absolute capture time where there is
// one.
func TestCaptureTimes(t *testing.T) {
	wallClock := time.Date(2031, 5, 6, 7, 8, 9, 123456789, time.UTC)
	ntp := func(d time.Duration) uint64 { return pionrtp.NewAbsCaptureTimeExtension(wallClock.Add(d)).Timestamp }
	synctest.Test(t, func(t *testing.T) {
		s := newStream()
		s.depth = 1
		s.timestamp = 1<<32 - 50*step
		begin := s.timestamp
		s.send(200)
		for i := 150; i < len(s.packets); i++ {
			// A one-byte extension with ID 7 (RFC 8285 section 4.2): an absolute capture time that is 3 s off.
			at := ntp(time.Duration(i)*tick + 3*time.Second)
			extension := binary.BigEndian.AppendUint64([]byte{0xbe, 0xde, 0, 3, 0x77}, at)
			extension = append(extension, 0, 0, 0)
			data := s.packets[i].data
			data = append(append(append([]byte{}, data[:12]...), extension...), data[12:]...)
			data[0] |= 0x10
			s.packets[i].data = data
		}
		src := newSource(s.without(100), io.EOF)
		p := &player{start: src.start}
		r, err := New(Config{
			Config: rtp.Config{Latency: latency, AbsCaptureTimeID: 7}, Codec: caps.Opus, IsRedundant: isRED, Player: p,
		})
		if err != nil {
			t.Fatal(err)
		}
		p.play = func(*Frame) error {
			if len(p.frames) == 50 {
				if sent := r.SenderReport(ntp(20*tick), begin+20*step, time.Now()); sent.Sub(wallClock).Round(time.Millisecond) != 20*tick {
					t.Errorf("the report was sent %v", sent)
				}
				if sent := r.SenderReport(0, begin, time.Now()); !sent.IsZero() {
					t.Errorf("a report without a clock was sent %v", sent)
				}
			}
			return nil
		}
		_ = r.Run(t.Context(), src)
		if len(p.frames) != 200 || !p.frames[100].Redundant {
			t.Fatalf("%d frames, stats %+v", len(p.frames), r.Stats())
		}
		for i, f := range p.frames {
			if i < 50 {
				if !f.CaptureTime.IsZero() {
					t.Errorf("frame %d was captured %v, before a report", i, f.CaptureTime)
				}
				continue
			}
			want := wallClock.Add(time.Duration(i) * tick)
			if i >= 150 {
				want = want.Add(3 * time.Second)
			}
			if d := f.CaptureTime.Sub(want); d > time.Microsecond || d < -time.Microsecond {
				t.Errorf("frame %d was captured %v, want %v", i, f.CaptureTime, want)
			}
		}
	})
}
