package room

import (
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
)

// told is a peer that has an answering server, and what the server was asked and told.
type told struct {
	peer      *peer
	questions int
	estimates []float32
}

func newTold(trip time.Duration) *told {
	s := &told{}
	p := &peers{}
	s.peer = &peer{of: p, streams: []uint32{7}, videos: []uint32{7}}
	s.peer.BindRTCPWriter(interceptor.RTCPWriterFunc(func(packets []rtcp.Packet, _ interceptor.Attributes) (int, error) {
		switch packet := packets[0].(type) {
		case *rtcp.ExtendedReport:
			s.questions++
		case *rtcp.ReceiverEstimatedMaximumBitrate:
			s.estimates = append(s.estimates, packet.Bitrate)
		}
		return 0, nil
	}))
	s.answer(trip)
	return s
}

// answer is the server's to a question that was asked a round trip ago.
func (s *told) answer(trip time.Duration) {
	now := time.Now()
	s.peer.answered(&rtcp.ExtendedReport{Reports: []rtcp.ReportBlock{&rtcp.DLRRReportBlock{
		Reports: []rtcp.DLRRReport{{SSRC: 7, LastRR: uint32(ntp(now.Add(-trip)) >> 16)}},
	}}}, now)
}

func TestTheServerIsToldOfAQueue(t *testing.T) {
	t.Parallel()
	const trip = 60 * time.Millisecond
	for _, test := range []struct {
		name   string
		answer time.Duration // the round trip while the queue is suspected, 0 for no answer
		lost   uint32
		late   time.Duration
		told   bool
	}{
		{"the round trip is as ever", trip + 20*time.Millisecond, 3, 0, false},
		{"the round trip is longer, something is lost", trip + 100*time.Millisecond, 3, 0, true},
		{"no answer, something is lost", 0, 3, 0, true},
		{"all is late, nothing is lost", trip + 100*time.Millisecond, 0, 200 * time.Millisecond, false},
		{"an endless queue", trip + time.Second, 0, 2 * time.Second, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newTold(trip)
				c := congestion{log: slog.New(slog.DiscardHandler)}
				time.Sleep(time.Second)
				s.peer.suspect()
				s.peer.late.Store(int64(test.late))
				began, bytes := time.Now(), uint64(0)
				for soon := true; soon && time.Since(began) < 3*time.Second; {
					var next time.Duration
					if next, soon = c.look(time.Now(), s.peer, bytes); soon {
						time.Sleep(next)
						bytes += uint64(next * 500_000 / 8 / time.Second)
					}
					s.peer.lost.Store(test.lost)
					if test.answer > 0 && time.Since(began) >= test.answer {
						s.answer(test.answer)
					}
				}
				if c.isThere() != test.told {
					t.Errorf("congestion is there: %v", c.isThere())
				}
				if got := len(s.estimates) > 0; got != test.told {
					t.Fatalf("told %v", s.estimates)
				}
				if !test.told {
					return
				}
				for i, e := range s.estimates[1:] {
					if e >= s.estimates[i] {
						t.Errorf("the estimates do not fall: %v", s.estimates)
					}
				}
				if last := s.estimates[len(s.estimates)-1]; last < 200_000 || last > 300_000 || len(s.estimates) < 12 {
					t.Errorf("told %v, want half of 500000 at the end", s.estimates)
				}
				// The empty queue raises the estimate, and so does what comes through when the server tries.
				time.Sleep(easeTime + silenceTick)
				c.look(time.Now(), s.peer, bytes)
				if last := s.estimates[len(s.estimates)-1]; last < 340_000 || last > 510_000 {
					t.Errorf("told %v of an empty queue, want 85 %% of 500000", last)
				}
				time.Sleep(silenceTick)
				c.look(time.Now(), s.peer, bytes+1_000_000/8/4)
				time.Sleep(silenceTick)
				c.look(time.Now(), s.peer, bytes+1_000_000/8/4)
				if last := s.estimates[len(s.estimates)-1]; last != 1_200_000 {
					t.Errorf("told %v after the server's probe, want 1200000", last)
				}
			})
		})
	}
}
