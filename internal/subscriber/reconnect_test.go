package subscriber

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// states collects the states that a room goes through, until the returned function is called.
func states(r *Room) func() []State {
	var seen []State
	stop, done := make(chan struct{}), make(chan struct{})
	began := make(chan struct{})
	go func() {
		defer close(done)
		for first := true; ; first = false {
			changed := r.Changed()
			if s := r.State(); len(seen) == 0 || seen[len(seen)-1] != s {
				seen = append(seen, s)
			}
			if first {
				close(began)
			}
			select {
			case <-changed:
			case <-stop:
				return
			}
		}
	}()
	<-began
	return func() []State {
		close(stop)
		<-done
		return seen
	}
}

func awaitState(t testing.TB, r *Room, want State) {
	t.Helper()
	await(t, r, want.String(), func() bool { return r.State() == want })
}

// active waits until the server has the media connection too: until then it gives up whose signalling is lost.
func active(t testing.TB, r *Room) {
	t.Helper()
	ready(t, r)
	await(t, r, "the server's media connection", func() bool {
		return r.Participant().GetState() == livekit.ParticipantInfo_ACTIVE
	})
}

// identifiers are what a resumed session keeps.
type identifiers struct {
	session string
	peer    *peer
}

func identify(r *Room) identifiers { return identifiers{r.Participant().GetSid(), r.current().peer} }

// awaitReconnect waits until a room that is being lost is back.
func awaitReconnect(t testing.TB, r *Room) {
	t.Helper()
	awaitState(t, r, StateConnected)
}

func TestASessionIsResumedWhenSignallingIsCut(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, config configOf) {
		publisher := mustPublish(t, server, testpublisher.VP8)
		g := roomtest.NewGate(t, server.URL())
		c := config(t, server)
		c.URL = g.URL
		r := mustJoin(t, c)
		track := mustSubscribe(t, r)
		ready(t, r)
		mustRead(t, track, 20)
		before, keyFrames := identify(r), publisher.KeyFrames()
		for range 3 {
			seen := states(r)
			g.Set(true)
			awaitState(t, r, StateReconnecting)
			<-g.Asked
			begun := time.Now()
			g.Set(false)
			awaitReconnect(t, r)
			t.Log("resumed after", time.Since(begun), seen())
			mustRead(t, track, 30)
		}
		if got := identify(r); got != before {
			t.Errorf("the session was replaced: %v, was %v", got, before)
		}
		if r.Track(track.SID) != track || !r.Subscribed(track.SID) {
			t.Error("it is another track")
		}
		t.Log(publisher.KeyFrames()-keyFrames, "key frames more")
	})
}

func TestWishesMadeWithoutSignallingAreToldAfterwards(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, config configOf) {
		mustPublish(t, server, testpublisher.VP8)
		mustPublishAs(t, server, "another", testpublisher.H264)
		g := roomtest.NewGate(t, server.URL())
		c := config(t, server)
		c.URL = g.URL
		r := mustJoin(t, c)
		ready(t, r)
		await(t, r, "two publishers", func() bool { return len(published(r)) == 2 })
		all := published(r)
		first, second := all[0], all[1]
		if err := r.Subscribe(first.participant, first.sid, true); err != nil {
			t.Fatal(err)
		}
		await(t, r, "the first track", func() bool { return r.Track(first.sid) != nil })
		g.Set(true)
		awaitState(t, r, StateReconnecting)
		for p, wish := range map[publication]bool{first: false, second: true} {
			if err := r.Subscribe(p.participant, p.sid, wish); err != nil {
				t.Error(err)
			}
		}
		g.Set(false)
		await(t, r, "the other track", func() bool { return r.Track(first.sid) == nil && r.Track(second.sid) != nil })
		mustRead(t, r.Track(second.sid), 10)
	})
}

// TestSignallingThatIsCutInTheMidstOfAnOffer: a track is wished for, and the connection is cut while that is being agreed on.
func TestSignallingThatIsCutInTheMidstOfAnOffer(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, config configOf) {
		mustPublish(t, server, testpublisher.VP8)
		g := roomtest.NewGate(t, server.URL())
		c := config(t, server)
		c.URL = g.URL
		r := mustJoin(t, c)
		active(t, r)
		participant, sid := mustFind(t, r)
		before := identify(r)
		for i := range 4 {
			wish := i%2 == 0
			if err := r.Subscribe(participant, sid, wish); err != nil {
				t.Fatal(err)
			}
			<-time.After(time.Duration(8*i) * time.Millisecond) // the server takes 10 to 160 ms
			g.Set(true)
			awaitState(t, r, StateReconnecting)
			g.Set(false)
			await(t, r, "what was wished", func() bool { return r.State() == StateConnected && (r.Track(sid) != nil) == wish })
		}
		if got := identify(r); got != before {
			t.Errorf("the session was replaced: %v, was %v", got, before)
		}
	})
}

func TestWhoLeftWithoutSignallingIsNotInTheRoomAfterwards(t *testing.T) {
	t.Parallel()
	mustPublish(t, server, testpublisher.VP8)
	leaves := mustPublishAs(t, server, "leaves", testpublisher.VP8)
	g := roomtest.NewGate(t, server.URL())
	c := config(t, server)
	c.URL = g.URL
	r := mustJoin(t, c)
	active(t, r)
	await(t, r, "two publishers", func() bool { return len(published(r)) == 2 })
	before := identify(r)
	g.Set(true)
	awaitState(t, r, StateReconnecting)
	leaves.Close()
	mustPublishAs(t, server, "comes", testpublisher.VP8)
	g.Set(false)
	await(t, r, "the others' change", func() bool {
		var all []string
		for _, p := range r.Participants() {
			all = append(all, p.GetIdentity())
		}
		slices.Sort(all)
		return slices.Equal(all, []string{"comes", "publisher"})
	})
	if got := identify(r); got != before {
		t.Errorf("the session was replaced: %v, was %v", got, before)
	}
}

type publication struct{ participant, sid string }

func published(r *Room) (all []publication) {
	for _, p := range r.Participants() {
		for _, track := range p.GetTracks() {
			all = append(all, publication{p.GetSid(), track.GetSid()})
		}
	}
	return all
}

// simulate has the server do something to us.
func simulate(t testing.TB, r *Room, scenario *livekit.SimulateScenario) {
	t.Helper()
	r.send(r.current(), &livekit.SignalRequest{Message: &livekit.SignalRequest_Simulate{Simulate: scenario}})
}

// TestASessionThatTheServerGaveUpIsReplaced: it closes signalling, and says to who wants to resume that it knows nothing of it.
func TestASessionThatTheServerGaveUpIsReplaced(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, config configOf) {
		for name, scenario := range map[string]*livekit.SimulateScenario{
			"it fails":  {Scenario: &livekit.SimulateScenario_NodeFailure{NodeFailure: true}},
			"migration": {Scenario: &livekit.SimulateScenario_Migration{Migration: true}},
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				mustPublish(t, server, testpublisher.VP8)
				r := mustJoin(t, config(t, server))
				track := mustSubscribe(t, r)
				ready(t, r)
				mustRead(t, track, 5)
				before := identify(r)
				simulate(t, r, scenario)
				<-track.Ended()
				await(t, r, "the new session", func() bool {
					return r.State() == StateConnected && r.Participant().GetSid() != before.session
				})
				if r.Subscribed(track.SID) {
					t.Error("the new session begins with a subscription")
				}
				again := mustSubscribe(t, r)
				mustRead(t, again, 20)
				if again.SID != track.SID || again == track {
					t.Errorf("it is %v, was %v", again.SID, track.SID)
				}
			})
		}
	})
}

func TestMediaIsResumedWhenWeAreTold(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, config configOf) {
		mustPublish(t, server, testpublisher.VP8)
		r := mustJoin(t, config(t, server))
		track := mustSubscribe(t, r)
		ready(t, r)
		before := identify(r)
		for range 3 {
			mustRead(t, track, 10)
			seen := states(r)
			r.Reconnect()
			awaitReconnect(t, r)
			if got := seen(); len(got) < 2 || got[1] != StateReconnecting {
				t.Errorf("it was %v", got)
			}
		}
		mustRead(t, track, 20)
		if got := identify(r); got != before {
			t.Errorf("the session was replaced: %v, was %v", got, before)
		}
	})
}

// TestMediaThatFailsIsResumedAndThenReplaced: ICE is said to have failed, as it does 15 s after the last packet.
func TestMediaThatFailsIsResumedAndThenReplaced(t *testing.T) {
	t.Parallel()
	eachWay(t, func(t *testing.T, config configOf) {
		mustPublish(t, server, testpublisher.VP8)
		r := mustJoin(t, config(t, server))
		track := mustSubscribe(t, r)
		ready(t, r)
		s := r.current()
		before := identify(r)
		r.stateChanged(s, webrtc.PeerConnectionStateFailed)
		awaitReconnect(t, r)
		if got := identify(r); got != before {
			t.Errorf("the session was replaced: %v, was %v", got, before)
		}
		r.mu.Lock()
		s.resumed = s.connects // as if it had not come about since
		r.mu.Unlock()
		r.stateChanged(s, webrtc.PeerConnectionStateFailed)
		<-track.Ended()
		await(t, r, "the new session", func() bool {
			return r.State() == StateConnected && r.Participant().GetSid() != before.session
		})
		mustRead(t, mustSubscribe(t, r), 10)
	})
}

func TestCloseWhileTheServerIsAway(t *testing.T) {
	t.Parallel()
	s := mustStart(t, devserver.Options{})
	r := mustJoin(t, config(t, s))
	ready(t, r)
	s.Kill()
	awaitState(t, r, StateReconnecting)
	r.Close()
	if !errors.Is(r.Err(), ErrClosed) || r.State() != StateEnded {
		t.Errorf("%v: %v", r.State(), r.Err())
	}
}

func TestCloseWhileTheServerDoesNotAnswer(t *testing.T) {
	t.Parallel()
	g := roomtest.NewGate(t, server.URL())
	c := config(t, server)
	c.URL = g.URL
	r := mustJoin(t, c)
	ready(t, r)
	g.Set(true)
	<-g.Asked
	begun := time.Now()
	r.Close()
	if took := time.Since(begun); took > attemptTimeout/2 {
		t.Errorf("it took %v", took)
	}
}

func TestATryIsGivenUpWhenTheNetworkIsBack(t *testing.T) {
	t.Parallel()
	g := roomtest.NewGate(t, server.URL())
	c := config(t, server)
	c.URL = g.URL
	r := mustJoin(t, c)
	active(t, r)
	before := identify(r)
	begun := time.Now()
	g.Set(true) // what is connected to it now gets no answer
	hurry := func() {
		for again := r.Hurry(); again > 0; again = r.Hurry() {
			<-time.After(again)
		}
	}
	for range 3 {
		mustCome(t, g.Asked)
		if r.Hurry() == 0 {
			t.Error("a try was given up that has just begun")
		}
		hurry()
	}
	if took := time.Since(begun); took > attemptTimeout {
		t.Errorf("3 tries took %v", took)
	}
	g.Set(false)
	hurry()
	awaitReconnect(t, r)
	if got := identify(r); got != before {
		t.Errorf("the session was replaced: %v, was %v", got, before)
	}
}
