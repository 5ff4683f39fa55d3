package conformance_test

import (
	"context"
	"os"
	"testing"

	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

// server is what all tests use, each in a room of its own.
var server *devserver.Server

func TestMain(m *testing.M) {
	lksdk.SetLogger(logger.GetDiscardLogger())
	begin := func(s *devserver.Server) error {
		server = s
		return nil
	}
	os.Exit(roomtest.Main(m, begin, func() error { return goleak.Find() }))
}

func patient(t *testing.T) context.Context {
	t.Helper()
	return roomtest.Patient(t)
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
	return roomtest.Join(t, server).Participant(t, identity)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
