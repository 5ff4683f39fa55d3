package stream_test

import (
	"testing"
	"time"

	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/devserver"
	"github.com/gst-livekit/gst-livekit/stream"
)

// application is a program that joins a room with LiveKit's SDK, as a user of this package does.
type application struct {
	room   *lksdk.Room
	joined chan *lksdk.RemoteParticipant
	tracks chan subscription
}

type subscription struct {
	track       *webrtc.TrackRemote
	participant *lksdk.RemoteParticipant
}

func join(t *testing.T) *application {
	t.Helper()
	return joinOn(t, server)
}

func joinOn(t *testing.T, server *devserver.Server) *application {
	t.Helper()
	return joinAt(t, server, server.URL())
}

// joinAt joins a server at a URL of the test's choice.
func joinAt(t *testing.T, server *devserver.Server, url string) *application {
	t.Helper()
	token, err := server.Token(devserver.TokenOptions{Room: t.Name(), Identity: "application", CanSubscribe: true})
	if err != nil {
		t.Fatal(err)
	}
	a := &application{joined: make(chan *lksdk.RemoteParticipant, 10), tracks: make(chan subscription, 10)}
	a.room = lksdk.NewRoom(&lksdk.RoomCallback{
		OnParticipantConnected: func(rp *lksdk.RemoteParticipant) { a.joined <- rp },
		ParticipantCallback: lksdk.ParticipantCallback{
			OnTrackSubscribed: func(track *webrtc.TrackRemote, _ *lksdk.RemoteTrackPublication, rp *lksdk.RemoteParticipant) {
				a.tracks <- subscription{track, rp}
			},
		},
	})
	if err := a.room.JoinWithContextAndToken(patient(t), url, token,
		lksdk.WithLogger(logger.GetDiscardLogger()), lksdk.WithConnectTimeout(patience)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.leave)
	return a
}

func (a *application) leave() { leaveRoom(a.room) }

// leaveRoom waits until the connections are closed, which Disconnect only begins.
func leaveRoom(room *lksdk.Room) {
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

// participant returns a participant, which may have joined before us.
func (a *application) participant(t *testing.T, identity string) *lksdk.RemoteParticipant {
	t.Helper()
	for {
		if rp := a.room.GetParticipantByIdentity(identity); rp != nil {
			return rp
		}
		mustReceive(t, a.joined, identity+" joining")
	}
}

// fromTrack opens a stream on the next track that was subscribed to.
func (a *application) fromTrack(t *testing.T, options ...stream.Option) *stream.VideoStream {
	t.Helper()
	sub := mustReceive(t, a.tracks, "a subscription")
	return mustOpen(t)(stream.FromTrack(sub.track, append(options, stream.WithPLIWriter(sub.participant.WritePLI))...))
}

// fromPublisher opens a stream on the camera of the usual publisher.
func (a *application) fromPublisher(t *testing.T, options ...stream.Option) *stream.VideoStream {
	t.Helper()
	return mustOpen(t)(stream.FromParticipant(a.participant(t, "publisher"), camera, options...))
}
