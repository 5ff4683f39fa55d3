package room

import (
	"encoding/binary"
	"testing"
	"time"
)

// frameOf is a packet of RTP, as far as lateness looks.
func frameOf(sequence uint16, timestamp uint32) []byte {
	packet := make([]byte, 20)
	packet[0] = 0x80
	binary.BigEndian.PutUint16(packet[2:], sequence)
	binary.BigEndian.PutUint32(packet[4:], timestamp)
	return packet
}

func TestAQueueIsSuspectedWhenFramesComeEverLater(t *testing.T) {
	t.Parallel()
	const frame = time.Second / 30
	for _, test := range []struct {
		name string
		late func(n int) time.Duration // of frame n
		want int                       // the first frame with a suspicion, -1 for none
	}{
		{"in time", func(int) time.Duration { return 0 }, -1},
		{"jitter", func(n int) time.Duration { return time.Duration(n%5) * 10 * time.Millisecond }, -1},
		{"a stall of two frames", func(n int) time.Duration {
			return max(0, 2*frame-time.Duration(max(0, n-100))*frame) * time.Duration(min(1, n/100))
		}, -1},
		{"a queue", func(n int) time.Duration { return time.Duration(max(0, n-99)) * 30 * time.Millisecond }, 103},
		{"a clock that is 0.1 % slow", func(n int) time.Duration { return time.Duration(n) * frame / 1000 }, -1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l := lateness{clockRate: 90000}
			start, first := time.Now(), -1
			for n := range 600 {
				at := start.Add(time.Duration(n)*frame + test.late(n))
				if l.arrived(frameOf(uint16(65500+n), uint32(4294900000+n*3000)), at) && first < 0 {
					first = n
				}
			}
			if first != test.want {
				t.Errorf("suspected at frame %d, want %d", first, test.want)
			}
		})
	}
}

func TestWhatIsNoNewFrameSaysNothingOfAQueue(t *testing.T) {
	t.Parallel()
	l := lateness{clockRate: 90000}
	now := time.Now()
	l.arrived(frameOf(10, 0), now)
	padding := frameOf(13, 6000)
	padding[0] |= 0x20
	for name, packet := range map[string][]byte{
		"padding": padding, "sent again": frameOf(9, 0), "too short": {0x80}, "the same frame": frameOf(11, 0),
	} {
		before := l.over
		for range lateFrames {
			if l.arrived(packet, now.Add(time.Second)) || l.over != before {
				t.Errorf("%s: suspected", name)
			}
		}
	}
	l.arrived(frameOf(15, 3000), now.Add(time.Second/30))
	if l.lost != 3 {
		t.Errorf("%d lost, want 3", l.lost)
	}
	l.arrived(frameOf(16, 3000+90000*20), now.Add(time.Second))
	if l.arrived(frameOf(17, 3000), now.Add(2*time.Second)); l.began {
		t.Error("another clock is taken for a queue")
	}
}
