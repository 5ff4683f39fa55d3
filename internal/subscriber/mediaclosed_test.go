package subscriber

import (
	"runtime"
	"strings"
	"testing"

	"github.com/livekit/protocol/livekit"
	"github.com/pion/webrtc/v4"
)

// TestTheReasonIsHeardAfterTheMediaWasClosed by a server that removes us. A description may still come before the reason, and then
// there is nothing that it could be taken for.
func TestTheReasonIsHeardAfterTheMediaWasClosed(t *testing.T) {
	t.Parallel()
	const sdp = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
	for name, row := range map[string]struct {
		separate bool
		says     *livekit.SignalResponse
	}{
		"an offer": {true, &livekit.SignalResponse{Message: &livekit.SignalResponse_Offer{
			Offer: &livekit.SessionDescription{Type: "offer", Sdp: sdp},
		}}},
		"an answer": {false, &livekit.SignalResponse{Message: &livekit.SignalResponse_Answer{
			Answer: &livekit.SessionDescription{Type: "answer", Sdp: sdp},
		}}},
		"tracks": {false, needs(3, 3)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			closed := make(chan struct{})
			c := scripted(t, nil, func(v *visit) {
				if v.number > 0 {
					t.Error("we come back")
					return
				}
				v.send(welcome())
				<-closed
				v.send(row.says)
				v.send(leave(livekit.LeaveRequest_DISCONNECT, livekit.DisconnectReason_PARTICIPANT_REMOVED))
				v.stay()
			})
			c.Separate = row.separate
			r := mustJoin(t, c)
			wasReady(r)
			if err := r.current().peer.pc.Close(); err != nil {
				t.Fatal(err)
			}
			close(closed)
			mustCome(t, r.Done())
			leaveError(t, r.Err(), livekit.DisconnectReason_PARTICIPANT_REMOVED)
		})
	}
}

// TestTheReasonIsHeardWhenMediaIsClosedInTheMidstOfAnAnswer: what fails then is a part that is no more.
func TestTheReasonIsHeardWhenMediaIsClosedInTheMidstOfAnAnswer(t *testing.T) {
	t.Parallel()
	other, err := webrtc.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.GracefulClose() }()
	for range 10 {
		closing := make(chan struct{})
		c := scripted(t, nil, func(v *visit) {
			if v.number > 0 {
				t.Error("we come back")
				return
			}
			v.send(welcome())
			offer := v.receive().GetOffer()
			for offer == nil {
				offer = v.receive().GetOffer()
			}
			answer := answerTo(t, other, offer)
			answer.Sdp += strings.Repeat("a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n", 2000) // takes its time
			v.send(&livekit.SignalResponse{Message: &livekit.SignalResponse_Answer{Answer: answer}})
			close(closing)
			v.send(leave(livekit.LeaveRequest_DISCONNECT, livekit.DisconnectReason_PARTICIPANT_REMOVED))
			v.stay()
		})
		r := mustJoin(t, c)
		wasReady(r)
		<-closing
		for r.current().peer.pc.CurrentRemoteDescription() == nil && !r.isEnded() {
			runtime.Gosched()
		}
		if err := r.current().peer.pc.Close(); err != nil {
			t.Fatal(err)
		}
		mustCome(t, r.Done())
		leaveError(t, r.Err(), livekit.DisconnectReason_PARTICIPANT_REMOVED)
		r.Close()
	}
}

// TestASessionWhoseMediaWasClosedIsReplaced if the server says nothing of it.
func TestASessionWhoseMediaWasClosedIsReplaced(t *testing.T) {
	t.Parallel()
	visits := make(chan *visit, 10)
	r := mustJoin(t, scripted(t, nil, func(v *visit) {
		v.send(welcome())
		visits <- v
		v.stay()
	}))
	wasReady(r)
	mustCome(t, visits)
	if err := r.current().peer.pc.Close(); err != nil {
		t.Fatal(err)
	}
	if v := mustCome(t, visits); v.asked.GetReconnect() {
		t.Error("the session is resumed")
	}
}

// wasReady makes a room one that has had media.
func wasReady(r *Room) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.isReady = true
}
