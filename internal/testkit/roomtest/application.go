package roomtest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

// Application is a program that joins a room with LiveKit's SDK by itself, to receive.
type Application struct {
	Room *lksdk.Room

	mu         sync.Mutex
	changed    chan struct{} // closed at the next event
	subscribed []Subscription
}

// Subscription is a track as an application gets it.
type Subscription struct {
	Track       *webrtc.TrackRemote
	Participant *lksdk.RemoteParticipant
}

// Join joins the test's own room as "application", until the test ends.
func Join(t testing.TB, server *devserver.Server, options ...lksdk.ConnectOption) *Application {
	t.Helper()
	return JoinIn(t, server, func(ctx context.Context, _ *lksdk.Room) context.Context { return ctx }, options...)
}

// JoinIn is Join in the context that within returns.
func JoinIn(
	t testing.TB, server *devserver.Server, within func(context.Context, *lksdk.Room) context.Context,
	options ...lksdk.ConnectOption,
) *Application {
	t.Helper()
	token, err := server.Token(devserver.TokenOptions{Room: t.Name(), Identity: "application", CanSubscribe: true})
	if err != nil {
		t.Fatal(err)
	}
	a := &Application{changed: make(chan struct{})}
	a.Room = lksdk.NewRoom(&lksdk.RoomCallback{
		OnParticipantConnected: func(*lksdk.RemoteParticipant) { a.change(nil) },
		ParticipantCallback: lksdk.ParticipantCallback{
			OnTrackSubscribed: func(track *webrtc.TrackRemote, _ *lksdk.RemoteTrackPublication, rp *lksdk.RemoteParticipant) {
				a.change(&Subscription{track, rp})
			},
			OnTrackMuted:   func(lksdk.TrackPublication, lksdk.Participant) { a.change(nil) },
			OnTrackUnmuted: func(lksdk.TrackPublication, lksdk.Participant) { a.change(nil) },
		},
	})
	options = append([]lksdk.ConnectOption{
		lksdk.WithLogger(logger.GetDiscardLogger()), lksdk.WithConnectTimeout(Patience),
	}, options...)
	if err := a.Room.JoinWithContextAndToken(within(Patient(t), a.Room), server.URL(), token, options...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Leave)
	return a
}

func (a *Application) change(added *Subscription) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if added != nil {
		a.subscribed = append(a.subscribed, *added)
	}
	close(a.changed)
	a.changed = make(chan struct{})
}

// Await waits until ok, which it asks now and after each event of the room, and fails the test if that does not come.
func (a *Application) Await(t testing.TB, what string, ok func() bool) {
	t.Helper()
	done := Patient(t).Done()
	for {
		a.mu.Lock()
		changed := a.changed
		a.mu.Unlock()
		if ok() {
			return
		}
		select {
		case <-changed:
		case <-done:
			t.Fatalf("%s does not happen", what)
		}
	}
}

// Participant returns a participant, which may join later.
func (a *Application) Participant(t testing.TB, identity string) *lksdk.RemoteParticipant {
	t.Helper()
	a.Await(t, identity+" joining", func() bool { return a.Room.GetParticipantByIdentity(identity) != nil })
	return a.Room.GetParticipantByIdentity(identity)
}

// NextSubscription returns the first subscription that it has not returned yet.
func (a *Application) NextSubscription(t testing.TB) (next Subscription) {
	t.Helper()
	a.Await(t, "a subscription", func() bool {
		a.mu.Lock()
		defer a.mu.Unlock()
		if len(a.subscribed) == 0 {
			return false
		}
		next, a.subscribed = a.subscribed[0], a.subscribed[1:]
		return true
	})
	return next
}

// Leave leaves the room. It may be called again.
func (a *Application) Leave() { Leave(a.Room) }

// Leave leaves a room, and waits until its connections are closed, which Disconnect only begins.
func Leave(room *lksdk.Room) {
	connections := []*webrtc.PeerConnection{
		room.LocalParticipant.GetPublisherPeerConnection(),
		room.LocalParticipant.GetSubscriberPeerConnection(),
	}
	room.Disconnect()
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for _, c := range connections {
		for c != nil && c.ConnectionState() != webrtc.PeerConnectionStateClosed {
			<-ticker.C
		}
	}
}
