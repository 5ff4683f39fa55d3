package subscriber

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	"github.com/pion/webrtc/v4"
	"go.uber.org/goleak"
	"google.golang.org/protobuf/proto"

	"github.com/gst-livekit/gst-livekit/internal/signal"
)

// TestWhatAServerIsToldThatResumes: who we were, with the newest token, and what we had asked for.
func TestWhatAServerIsToldThatResumes(t *testing.T) {
	t.Parallel()
	drop := make(chan struct{})
	visits := make(chan *visit, 1)
	told := make(chan *livekit.SignalRequest, 10)
	r := mustJoin(t, scripted(t, nil, func(v *visit) {
		if v.number == 0 {
			v.send(welcome())
			v.send(&livekit.SignalResponse{Message: &livekit.SignalResponse_RefreshToken{RefreshToken: "newer"}})
			v.send(&livekit.SignalResponse{Message: &livekit.SignalResponse_StreamStateUpdate{StreamStateUpdate: &livekit.StreamStateUpdate{
				StreamStates: []*livekit.StreamStateInfo{{TrackSid: "TR_a", State: livekit.StreamState_PAUSED}},
			}}})
			<-drop
			return
		}
		visits <- v
		v.send(reconnected())
		for m := v.receive(); m != nil; m = v.receive() {
			told <- m
		}
	}))
	await(t, r, "the server's messages", func() bool { return r.Paused("TR_a") })
	for sid, wish := range map[string]bool{"TR_a": true, "TR_b": false} {
		if err := r.Subscribe("PA_x", sid, wish); err != nil {
			t.Error(err)
		}
	}
	settings := &livekit.UpdateTrackSettings{TrackSids: []string{"TR_a"}, Disabled: true}
	if err := r.SetTrack(settings); err != nil {
		t.Error(err)
	}
	close(drop)
	v := mustCome(t, visits)
	if a := v.asked; !a.GetReconnect() || a.GetParticipantSid() != "PA_us" ||
		a.GetReconnectReason() != livekit.ReconnectReason_RR_SIGNAL_DISCONNECTED {
		t.Errorf("asked %v", v.asked)
	}
	if v.token != "Bearer newer" {
		t.Errorf("with %q", v.token)
	}
	state := mustCome(t, told).GetSyncState()
	if !state.GetSubscription().GetSubscribe() || !slices.Equal(state.GetSubscription().GetTrackSids(), []string{"TR_a"}) ||
		!slices.Equal(state.GetTrackSidsDisabled(), []string{"TR_a"}) {
		t.Errorf("first %v", state)
	}
	if s := mustCome(t, told).GetSubscription(); s.GetSubscribe() || !slices.Equal(s.GetTrackSids(), []string{"TR_b"}) {
		t.Errorf("then %v", s)
	}
	if s := mustCome(t, told).GetTrackSetting(); !proto.Equal(s, settings) {
		t.Errorf("then %v", s)
	}
	if !r.Subscribed("TR_a") || !r.Paused("TR_a") {
		t.Error("what belongs to the session is forgotten")
	}
}

// TestWhatIsNotPublishedAnyMoreIsNotTold to a server that resumes: in a room in which tracks come and go that would be ever more.
func TestWhatIsNotPublishedAnyMoreIsNotTold(t *testing.T) {
	t.Parallel()
	drop := make(chan struct{})
	told := make(chan *livekit.SignalRequest, 10)
	r := mustJoin(t, scripted(t, nil, func(v *visit) {
		if v.number == 0 {
			joined := welcome()
			joined.GetJoin().OtherParticipants = []*livekit.ParticipantInfo{
				{Sid: "PA_x", Identity: "x", Tracks: []*livekit.TrackInfo{{Sid: "TR_here"}}},
			}
			v.send(joined)
			<-drop
			return
		}
		v.send(reconnected())
		for m := v.receive(); m != nil; m = v.receive() {
			told <- m
		}
	}))
	for _, sid := range []string{"TR_here", "TR_gone"} {
		if err := errors.Join(r.Subscribe("PA_x", sid, true),
			r.SetTrack(&livekit.UpdateTrackSettings{TrackSids: []string{sid}, Disabled: true})); err != nil {
			t.Fatal(err)
		}
	}
	r.ForgetUnpublished()
	close(drop)
	state := mustCome(t, told).GetSyncState()
	if here := []string{"TR_here"}; !slices.Equal(state.GetSubscription().GetTrackSids(), here) ||
		!slices.Equal(state.GetTrackSidsDisabled(), here) {
		t.Errorf("told %v", state)
	}
}

// TestASessionIsResumedInItsWay: one that a server of before has begun has no single peer connection.
func TestASessionIsResumedInItsWay(t *testing.T) {
	t.Parallel()
	for name, knows := range map[string]bool{"a server of today": true, "a server of before": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			visits := make(chan *visit, 1)
			mustJoin(t, scripted(t, func(v *visit) int {
				if v.one && !knows {
					return http.StatusNotFound
				}
				return 0
			}, func(v *visit) {
				if !v.asked.GetReconnect() {
					v.send(welcome())
					return
				}
				visits <- v
				v.send(reconnected())
				v.stay()
			}))
			if v := mustCome(t, visits); v.one != knows {
				t.Errorf("asked %v, one is %v", v.asked, v.one)
			}
		})
	}
}

func TestALeaveIsFollowedByWhatItSays(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		leave *livekit.SignalResponse
		want  string // resume, replace, or end
	}{
		"resume":     {leave(livekit.LeaveRequest_RESUME, livekit.DisconnectReason_MIGRATION), "resume"},
		"reconnect":  {leave(livekit.LeaveRequest_RECONNECT, livekit.DisconnectReason_STATE_MISMATCH), "replace"},
		"disconnect": {leave(livekit.LeaveRequest_DISCONNECT, livekit.DisconnectReason_SERVER_SHUTDOWN), "end"},
		"removed":    {leave(livekit.LeaveRequest_RECONNECT, livekit.DisconnectReason_PARTICIPANT_REMOVED), "end"},
		"duplicate":  {leave(livekit.LeaveRequest_RESUME, livekit.DisconnectReason_DUPLICATE_IDENTITY), "end"},
		"an old server's": {&livekit.SignalResponse{Message: &livekit.SignalResponse_Leave{
			Leave: &livekit.LeaveRequest{CanReconnect: true},
		}}, "replace"},
		"an action to come": {leave(77, livekit.DisconnectReason_UNKNOWN_REASON), "replace"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			visits := make(chan *visit, 10)
			r := mustJoin(t, scripted(t, nil, func(v *visit) {
				switch {
				case v.number == 0:
					v.send(welcome())
					v.send(test.leave)
				case v.asked.GetReconnect():
					v.send(reconnected())
					visits <- v
				default:
					again := welcome()
					again.GetJoin().Participant.Sid = "PA_new"
					v.send(again)
					visits <- v
				}
				v.stay()
			}))
			if test.want == "end" {
				<-r.Done()
				leaveError(t, r.Err(), test.leave.GetLeave().GetReason())
				if len(visits) != 0 || r.State() != StateEnded {
					t.Error("it comes back")
				}
				return
			}
			if v := mustCome(t, visits); v.asked.GetReconnect() != (test.want == "resume") {
				t.Errorf("asked %v", v.asked)
			}
			if test.want == "replace" {
				await(t, r, "the new session", func() bool { return r.Participant().GetSid() == "PA_new" })
			}
		})
	}
}

func TestWhoIsNotResumedJoinsAnew(t *testing.T) {
	t.Parallel()
	for name, refusal := range map[string]struct {
		status int
		first  *livekit.SignalResponse
	}{
		"status":            {status: http.StatusNotFound},
		"leave":             {first: leave(livekit.LeaveRequest_RECONNECT, livekit.DisconnectReason_STATE_MISMATCH)},
		"a join":            {first: welcome()},
		"an unknown answer": {first: new(livekit.SignalResponse)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := mustJoin(t, scripted(t, func(v *visit) int {
				if v.asked.GetReconnect() {
					return refusal.status
				}
				return 0
			}, func(v *visit) {
				switch {
				case v.number == 0:
					v.send(welcome())
				case v.asked.GetReconnect():
					v.send(refusal.first)
					v.stay()
				default:
					again := welcome()
					again.GetJoin().Participant.Sid = "PA_new"
					v.send(again)
					v.stay()
				}
			}))
			await(t, r, "the new session", func() bool { return r.Participant().GetSid() == "PA_new" })
		})
	}
}

func TestASessionWithoutMediaIsReplaced(t *testing.T) {
	t.Parallel()
	visits := make(chan bool, 10)
	c := scripted(t, nil, func(v *visit) {
		switch {
		case v.number == 0:
			v.send(welcome())
			v.send(leave(livekit.LeaveRequest_RESUME, livekit.DisconnectReason_UNKNOWN_REASON))
		case v.asked.GetReconnect():
			visits <- true
			v.send(reconnected())
		default:
			visits <- false
			v.send(welcome())
		}
		v.stay()
	})
	c.mediaTimeout = 100 * time.Millisecond
	r := mustJoin(t, c)
	for i, resumes := range []bool{true, false, false} {
		if got := mustCome(t, visits); got != resumes {
			t.Errorf("try %d: resumes is %v", i, got)
		}
	}
	if s := r.State(); s != StateReconnecting {
		t.Errorf("it is %v", s)
	}
}

// TestAnotherServerIsJoinedAnew that resumes the session with another certificate: pion does not shake hands again, and nothing that it
// sends could be decrypted.
func TestAnotherServerIsJoinedAnew(t *testing.T) {
	t.Parallel()
	for name, separate := range map[string]bool{"that answers": false, "that offers": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			visits := make(chan bool, 10)
			drop := make(chan struct{})
			c := scripted(t, nil, func(v *visit) {
				visits <- v.asked.GetReconnect()
				pc, err := webrtc.NewPeerConnection(webrtc.Configuration{})
				if err == nil && separate {
					_, err = pc.CreateDataChannel("", nil)
				}
				if err != nil {
					t.Error(err)
					return
				}
				defer func() { _ = pc.GracefulClose() }()
				first := welcome()
				if v.asked.GetReconnect() {
					first = reconnected()
				}
				v.send(first)
				if separate {
					v.send(&livekit.SignalResponse{Message: &livekit.SignalResponse_Offer{Offer: described(t, pc, pc.CreateOffer)}})
				}
				go func() {
					<-drop
					if v.number == 0 {
						_ = v.socket.Close()
					}
				}()
				for m := v.receive(); m != nil; m = v.receive() {
					switch {
					case m.GetOffer() != nil:
						mustTake(t, pc, m.GetOffer(), webrtc.SDPTypeOffer)
						answer := described(t, pc, pc.CreateAnswer)
						answer.Id = m.GetOffer().GetId()
						v.send(&livekit.SignalResponse{Message: &livekit.SignalResponse_Answer{Answer: answer}})
					case m.GetAnswer() != nil:
						mustTake(t, pc, m.GetAnswer(), webrtc.SDPTypeAnswer)
					case m.GetTrickle() != nil:
						var candidate webrtc.ICECandidateInit
						if err := json.Unmarshal([]byte(m.GetTrickle().GetCandidateInit()), &candidate); err != nil {
							t.Error(err)
						}
						_ = pc.AddICECandidate(candidate) // before the description they are not needed
					}
				}
			})
			c.Separate = separate
			r := mustJoin(t, c)
			ready(t, r)
			close(drop)
			for i, resumes := range []bool{false, true, false} {
				if got := mustCome(t, visits); got != resumes {
					t.Errorf("visit %d: resumes is %v", i, got)
				}
			}
		})
	}
}

// described describes a peer connection, with its candidates.
func described[O any](t *testing.T, pc *webrtc.PeerConnection, create func(*O) (webrtc.SessionDescription, error)) *livekit.SessionDescription {
	t.Helper()
	gathered := webrtc.GatheringCompletePromise(pc)
	description, err := create(nil)
	if err == nil {
		err = pc.SetLocalDescription(description)
	}
	if err != nil {
		t.Error(err)
		return nil
	}
	<-gathered
	return &livekit.SessionDescription{Type: description.Type.String(), Sdp: pc.LocalDescription().SDP}
}

func mustTake(t *testing.T, pc *webrtc.PeerConnection, description *livekit.SessionDescription, kind webrtc.SDPType) {
	t.Helper()
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: kind, SDP: description.GetSdp()}); err != nil {
		t.Error(err)
	}
}

func TestWhoIsNotLetInAgainEnds(t *testing.T) {
	t.Parallel()
	for name, status := range map[string]int{"while resuming": 1, "while joining anew": 2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := mustJoin(t, scripted(t, func(v *visit) int {
				switch v.number {
				case 0:
					return 0
				case status:
					return http.StatusUnauthorized
				}
				return http.StatusNotFound
			}, func(v *visit) { v.send(welcome()) }))
			<-r.Done()
			var refused *signal.RefusedError
			if !errors.As(r.Err(), &refused) || refused.Status != http.StatusUnauthorized {
				t.Errorf("ended with %v", r.Err())
			}
		})
	}
}

func TestAServerThatDoesNotAnswerPingsIsLost(t *testing.T) {
	t.Parallel()
	visits := make(chan *visit, 10)
	mustJoin(t, scripted(t, nil, func(v *visit) {
		if v.number == 0 {
			slow := welcome()
			slow.GetJoin().PingInterval, slow.GetJoin().PingTimeout = 1, 2
			v.send(slow)
		} else {
			visits <- v
			v.send(reconnected())
		}
		v.stay()
	}))
	if v := mustCome(t, visits); !v.asked.GetReconnect() {
		t.Errorf("asked %v", v.asked)
	}
}

// TestAServerThatDropsUsAtOnceIsNotAskedAllTheTime counts how often it is asked: the pauses grow, whatever it does first.
func TestAServerThatDropsUsAtOnceIsNotAskedAllTheTime(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]func(*visit){
		"nothing": func(*visit) {},
		"resumes": func(v *visit) { v.send(reconnected()) },
		"resumes and leaves": func(v *visit) {
			v.send(reconnected())
			v.send(leave(livekit.LeaveRequest_RESUME, livekit.DisconnectReason_UNKNOWN_REASON))
		},
		"replaces": func(v *visit) {
			if v.asked.GetReconnect() {
				v.send(leave(livekit.LeaveRequest_RECONNECT, livekit.DisconnectReason_UNKNOWN_REASON))
				return
			}
			v.send(welcome())
			v.send(leave(livekit.LeaveRequest_RECONNECT, livekit.DisconnectReason_UNKNOWN_REASON))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			visits := make(chan time.Time, 100)
			r := mustJoin(t, scripted(t, nil, func(v *visit) {
				if v.number == 0 {
					v.send(welcome())
					return
				}
				select {
				case visits <- time.Now():
				default:
				}
				script(v)
			}))
			var first, last time.Time
			const count = 6 // at least three tries, as two visits can be one: two pauses
			for i := range count {
				last = mustCome(t, visits)
				if i == 0 {
					first = last
				}
			}
			if took, least := last.Sub(first), firstPause/2+firstPause; took < least {
				t.Errorf("asked %d times in %v", count, took)
			}
			r.Close()
		})
	}
}

func TestTheReasonAtTheLimitIsTheLastFailure(t *testing.T) {
	t.Parallel()
	c := scripted(t, func(v *visit) int {
		if v.number > 0 {
			return http.StatusServiceUnavailable
		}
		return 0
	}, func(v *visit) { v.send(welcome()) })
	c.reconnectLimit = time.Second
	r := mustJoin(t, c)
	<-r.Done()
	var refused *signal.RefusedError
	if !errors.As(r.Err(), &refused) || refused.Status != http.StatusServiceUnavailable {
		t.Errorf("ended with %v", r.Err())
	}
}

// TestATryThatWasGivenUpIsNoReason: whoever reads of a context that was cancelled takes it for its own.
func TestATryThatWasGivenUpIsNoReason(t *testing.T) {
	t.Parallel()
	asked := make(chan struct{}, 10)
	c := scripted(t, nil, func(v *visit) {
		if v.number == 0 {
			v.send(welcome())
			return
		}
		asked <- struct{}{}
		v.stay()
	})
	c.reconnectLimit = 3 * stuckTime
	r := mustJoin(t, c)
	mustCome(t, asked)
	for again := r.Hurry(); again > 0; again = r.Hurry() {
		<-time.After(again)
	}
	mustCome(t, asked)
	mustCome(t, r.Done())
	if err := r.Err(); errors.Is(err, context.Canceled) || errors.Is(err, errGivenUp) {
		t.Errorf("ended with %v", err)
	}
}

// TestTheReasonAtTheLimitIsThatThereIsNoMedia for a server that lets us in each time.
func TestTheReasonAtTheLimitIsThatThereIsNoMedia(t *testing.T) {
	t.Parallel()
	c := scripted(t, nil, func(v *visit) {
		v.send(welcome())
		if v.number == 0 {
			v.send(leave(livekit.LeaveRequest_RECONNECT, livekit.DisconnectReason_UNKNOWN_REASON))
		}
		v.stay()
	})
	c.mediaTimeout, c.reconnectLimit = 50*time.Millisecond, 2*time.Second
	r := mustJoin(t, c)
	<-r.Done()
	if err := r.Err(); !errors.Is(err, ErrMedia) {
		t.Errorf("ended with %v", err)
	}
}

// TestCloseInEachPhase is not parallel to others: nothing may be left behind.
func TestCloseInEachPhase(t *testing.T) {
	for name, script := range map[string]func(v *visit, reached func()){
		"between two tries": func(v *visit, reached func()) {
			if v.number == 3 {
				reached()
			}
		},
		"while it is asked to resume": func(v *visit, reached func()) {
			reached()
			v.stay()
		},
		"while it waits for media": func(v *visit, reached func()) {
			v.send(reconnected())
			v.receive() // SyncState
			reached()
			v.stay()
		},
		"while it is asked to let us in again": func(v *visit, reached func()) {
			if v.asked.GetReconnect() {
				v.send(leave(livekit.LeaveRequest_RECONNECT, livekit.DisconnectReason_STATE_MISMATCH))
				return
			}
			reached()
			v.stay()
		},
		"in the new session": func(v *visit, reached func()) {
			if v.asked.GetReconnect() {
				v.send(leave(livekit.LeaveRequest_RECONNECT, livekit.DisconnectReason_STATE_MISMATCH))
				return
			}
			v.send(welcome())
			reached()
			v.stay()
		},
	} {
		t.Run(name, func(t *testing.T) {
			phase := make(chan struct{}, 10)
			c := scripted(t, nil, func(v *visit) {
				if v.number == 0 {
					v.send(welcome())
					return
				}
				script(v, func() { phase <- struct{}{} })
			})
			before := goleak.IgnoreCurrent()
			r := mustJoin(t, c)
			mustCome(t, phase)
			begun := time.Now()
			r.Close()
			if took := time.Since(begun); took > maxPause {
				t.Errorf("it took %v", took)
			}
			if !errors.Is(r.Err(), ErrClosed) {
				t.Errorf("ended with %v", r.Err())
			}
			goleak.VerifyNone(t, before)
		})
	}
}

func TestThePausesGrow(t *testing.T) {
	t.Parallel()
	var b backoff
	if p := b.next(); p != 0 {
		t.Errorf("the first try waits %v", p)
	}
	for i, longest := range []time.Duration{300, 600, 1200, 2400, 4800, 5000, 5000} {
		longest *= time.Millisecond
		if p := b.next(); p < longest/2 || p > longest {
			t.Errorf("try %d waits %v, want at most %v", i+2, p, longest)
		}
	}
	b.tries = 1 << 40
	if p := b.next(); p < maxPause/2 || p > maxPause {
		t.Errorf("it waits %v", p)
	}
}
