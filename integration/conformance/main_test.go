package conformance_test

import (
	"context"
	"log"
	"os"
	"testing"
	"time"

	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/internal/devserver"
)

// patience bounds every wait of a test. Nothing waits that long unless it is broken.
const patience = 60 * time.Second

// server is what all tests use, each in a room of its own.
var server *devserver.Server

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	lksdk.SetLogger(logger.GetDiscardLogger())
	var err error
	if server, err = devserver.Start(context.Background(), devserver.Options{}); err != nil {
		log.Println(err)
		return 1
	}
	code := m.Run()
	server.Stop()
	if err := goleak.Find(); err != nil && code == 0 {
		log.Println(err)
		return 1
	}
	return code
}

func patient(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func token(t *testing.T, identity string) string {
	t.Helper()
	text, err := server.Token(devserver.TokenOptions{
		Room: t.Name(), Identity: identity, CanPublish: true, CanSubscribe: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// join enters the test's room as a Go application does, and waits for a participant.
func join(t *testing.T, identity string) *lksdk.RemoteParticipant {
	t.Helper()
	joined := make(chan *lksdk.RemoteParticipant, 8)
	callback := lksdk.NewRoomCallback()
	callback.OnParticipantConnected = func(p *lksdk.RemoteParticipant) { joined <- p }
	room, err := lksdk.ConnectToRoomWithToken(server.URL(), token(t, "application"), callback)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(room.Disconnect)
	if p := room.GetParticipantByIdentity(identity); p != nil {
		return p
	}
	for {
		select {
		case p := <-joined:
			if p.Identity() == identity {
				return p
			}
		case <-patient(t).Done():
			t.Fatalf("%s does not join", identity)
		}
	}
}
