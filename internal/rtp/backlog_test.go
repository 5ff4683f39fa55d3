package rtp

import (
	"encoding/binary"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/interceptor"
)

// interrupted is a subscription whose reader loses the processor again and again, as on a machine with too much to do.
type interrupted struct {
	*subscription
	reads  int
	before func(read int) time.Duration // that it is away before it looks
	after  func(read int) time.Duration // and before it goes on with what it has
}

func (s *interrupted) Read(b []byte) (int, interceptor.Attributes, error) {
	s.reads++
	time.Sleep(s.before(s.reads))
	n, attributes, err := s.subscription.Read(b)
	time.Sleep(s.after(s.reads))
	return n, attributes, err
}

// sendFrame lets a packet arrive whose timestamp is so many frames of 1/30 s behind that of the first.
func (s *subscription) sendFrame(frame int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	packet := make([]byte, 20)
	packet[0] = 0x80
	binary.BigEndian.PutUint16(packet[2:], s.sequence)
	binary.BigEndian.PutUint32(packet[4:], uint32(frame*3000))
	s.sequence++
	s.packets = append(s.packets, packet)
	s.fire()
}

func TestOldBacklogIsLeftOutHoweverSlowlyItIsRead(t *testing.T) {
	never := func(int) time.Duration { return 0 }
	always := func(d time.Duration) func(int) time.Duration { return func(int) time.Duration { return d } }
	every := func(n int, d time.Duration) func(int) time.Duration {
		return func(read int) time.Duration {
			if read%n == 0 {
				return d
			}
			return 0
		}
	}
	for name, test := range map[string]struct{ before, after func(int) time.Duration }{
		"without a pause":             {never, never},
		"a little each time":          {never, always(time.Millisecond)},
		"long, now and then":          {never, every(20, 40*time.Millisecond)},
		"past the deadline":           {every(7, 2*time.Millisecond), never},
		"long, and past the deadline": {every(31, 50*time.Millisecond), every(20, 40*time.Millisecond)},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const waiting = 300 // frames of 10 s
				remote := &interrupted{newSubscription(t), 0, test.before, test.after}
				for frame := range waiting {
					remote.sendFrame(frame)
				}
				r := NewReader()
				s, _ := Hold(remote, 90000, r)
				defer s.Drop()
				frames := time.NewTicker(time.Second / 30)
				defer frames.Stop()
				stop := make(chan struct{})
				defer close(stop)
				go func() {
					for frame := waiting; ; frame++ {
						select {
						case <-frames.C:
							remote.sendFrame(frame)
						case <-stop:
							return
						}
					}
				}()
				if number, _ := readNumber(t, r); number < waiting {
					t.Errorf("packet %d comes first, and %d had been waiting", number, waiting)
				}
			})
		})
	}
}

// TestSearchForTheEndOfABacklogEnds has live packets that come without a pause, with times that may be anything.
func TestSearchForTheEndOfABacklogEnds(t *testing.T) {
	for name, frame := range map[string]func(packet int) int{
		"times of now":     func(packet int) int { return packet / 66 },
		"times that stand": func(int) int { return 0 },
		"times that run":   func(packet int) int { return packet * 30 },
		"times that jump":  func(packet int) int { return packet % 2 * 1000 },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				remote := newSubscription(t)
				r := NewReader()
				s, _ := Hold(remote, 90000, r)
				defer s.Drop()
				packets := time.NewTicker(time.Second / 2000)
				defer packets.Stop()
				stop := make(chan struct{})
				defer close(stop)
				go func() {
					for packet := 0; ; packet++ {
						select {
						case <-packets.C:
							remote.sendFrame(frame(packet))
						case <-stop:
							return
						}
					}
				}()
				readNumber(t, r) // it hangs, or not
			})
		})
	}
}
