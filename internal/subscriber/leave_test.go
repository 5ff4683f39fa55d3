package subscriber

import (
	"sync"
	"testing"

	"github.com/livekit/protocol/livekit"
)

// TestTheServerHearsThatWeLeave when it says something itself while we do: who is not told keeps us in the room, in case we come
// back.
func TestTheServerHearsThatWeLeave(t *testing.T) {
	t.Parallel()
	heard := make(chan *livekit.LeaveRequest, 1)
	r := mustJoin(t, scripted(t, nil, func(v *visit) {
		v.send(welcome())
		gone := make(chan struct{})
		var talking sync.WaitGroup
		talking.Go(func() {
			for {
				select {
				case <-gone:
					return
				default:
					v.send(&livekit.SignalResponse{Message: &livekit.SignalResponse_RoomUpdate{RoomUpdate: new(livekit.RoomUpdate)}})
				}
			}
		})
		var last *livekit.LeaveRequest
		for m := v.receive(); m != nil; m = v.receive() {
			if m.GetLeave() != nil {
				last = m.GetLeave()
			}
		}
		close(gone)
		talking.Wait()
		heard <- last
	}))
	// Close does this first. The media connection takes its time to close, and meanwhile the next message has come.
	r.end(ErrClosed)
	r.work.Wait()
	r.Close()
	if said := mustCome(t, heard); said.GetReason() != livekit.DisconnectReason_CLIENT_INITIATED {
		t.Errorf("it heard %v", said)
	}
}

// TestTheServersGoodbyeIsNotTheEnd when it is the answer to ours: we leave a session that cannot go on, and join again.
func TestTheServersGoodbyeIsNotTheEnd(t *testing.T) {
	t.Parallel()
	again := make(chan struct{}, 1)
	r := mustJoin(t, scripted(t, nil, func(v *visit) {
		v.send(welcome())
		if v.number > 0 {
			again <- struct{}{}
		}
		v.stay()
	}))
	s := r.current()
	r.lose(s, loss{err: ErrMedia, replace: true})
	r.follow(s, &LeftError{Reason: livekit.DisconnectReason_CLIENT_INITIATED, Action: livekit.LeaveRequest_DISCONNECT})
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	mustCome(t, again)
}
