package layers_test

import (
	"context"
	"testing"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/internal/engine"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/stream"
)

// application is a Go program that joins the test's room with LiveKit's SDK.
type application struct {
	room        *lksdk.Room
	publisher   *lksdk.RemoteParticipant
	reconnected chan struct{}
}

// join enters the test's room and waits for the publisher.
func join(t *testing.T, server *devserver.Server, identity string) application {
	t.Helper()
	joined := make(chan *lksdk.RemoteParticipant, 8)
	app := application{reconnected: make(chan struct{}, 8)}
	callback := lksdk.NewRoomCallback()
	callback.OnParticipantConnected = func(p *lksdk.RemoteParticipant) { joined <- p }
	callback.OnReconnected = func() { app.reconnected <- struct{}{} }
	var err error
	app.room, err = lksdk.ConnectToRoomWithToken(server.URL(), token(t, server, identity), callback)
	must(t, err)
	t.Cleanup(app.room.Disconnect)
	patient := patient(t)
	for app.publisher = app.room.GetParticipantByIdentity(publisherIdentity); app.publisher == nil; {
		select {
		case p := <-joined:
			if p.Identity() == publisherIdentity {
				app.publisher = p
			}
		case <-patient.Done():
			t.Fatal("the publisher does not join")
		}
	}
	return app
}

func (a application) open(t *testing.T, options ...stream.Option) *stream.VideoStream {
	t.Helper()
	s, err := stream.FromParticipant(a.publisher, livekit.TrackSource_CAMERA, options...)
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

// frames is a VideoStream, or ours.
type frames interface {
	Next(context.Context) (stream.VideoFrameEvent, error)
}

// ours is what is under a VideoStream. Of its frames only the size is handed on.
type ours struct{ *engine.Stream }

func (o ours) Next(ctx context.Context) (event stream.VideoFrameEvent, err error) {
	err = o.Stream.Next(ctx, func(f engine.Frame) error {
		event.Frame = &stream.VideoFrame{Width: f.Width, Height: f.Height}
		f.Release()
		return nil
	})
	return event, err
}

func next(t *testing.T, s frames) (stream.VideoFrameEvent, size) {
	t.Helper()
	event, err := s.Next(patient(t))
	if err != nil {
		t.Fatalf("no frame: %v; the stream is %+v", err, s)
	}
	event.Frame.Release()
	return event, size{event.Frame.Width, event.Frame.Height}
}

// steady is how many frames of one size are no transition any more.
const steady = frameRate / 2

// awaitSize reads until so many frames of that size came in a row. It takes libwebrtc some seconds to find out that it may
// send its larger layers.
func awaitSize(t *testing.T, s frames, want size) {
	t.Helper()
	ctx := patient(t) // for all of them: frames of another size may come for ever
	var got size
	for count := 0; count < steady; count++ {
		event, err := s.Next(ctx)
		if err != nil {
			t.Fatalf("frames of %v do not come, the last one was %v: %v; the stream is %+v", want, got, err, s)
		}
		event.Frame.Release()
		if got = (size{event.Frame.Width, event.Frame.Height}); got != want {
			count = 0
		}
	}
}
