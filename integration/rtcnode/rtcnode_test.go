package rtcnode_test

import (
	"context"
	"testing"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func token(t *testing.T, server *devserver.Server, identity string) string {
	t.Helper()
	text, err := server.Token(devserver.TokenOptions{
		Room: "peers", Identity: identity, CanPublish: true, CanSubscribe: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func start(t *testing.T, settings rtcnode.Settings) *rtcnode.Peer {
	t.Helper()
	peer, err := rtcnode.Start(settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(peer.Kill)
	return peer
}

func TestOnePeerReceivesWhatTheOtherPublishes(t *testing.T) {
	server, err := devserver.Start(context.Background(), devserver.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Stop() })

	const width, height = 640, 360
	picture, err := rtcnode.WriteKnownPicture(t.TempDir(), width, height)
	if err != nil {
		t.Fatal(err)
	}

	receiver := start(t, rtcnode.Settings{
		Role: "receive", URL: server.URL(), Token: token(t, server, "receiver"), Directory: t.TempDir(), Keep: 30,
	})
	if _, err := receiver.Await("connected"); err != nil {
		t.Fatal(err)
	}
	publisher := start(t, rtcnode.Settings{
		Role: "publish", URL: server.URL(), Token: token(t, server, "publisher"),
		Picture: picture, Width: width, Height: height,
	})
	if _, err := publisher.Await("published"); err != nil {
		t.Fatal(err)
	}
	for range 30 {
		frame, err := receiver.Await("frame")
		if err != nil {
			t.Fatal(err)
		}
		if frame.Time == nil || frame.Width != width || frame.Height != height {
			t.Fatalf("frame %+v, want %dx%d with a time in it", frame, width, height)
		}
	}
	if err := publisher.Close(); err != nil {
		t.Error(err)
	}
	if err := receiver.Close(); err != nil {
		t.Error(err)
	}
}
