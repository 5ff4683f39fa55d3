package conformance_test

import (
	"testing"

	lksdk "github.com/livekit/server-sdk-go/v2"
	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

// server is what all tests use, each in a room of its own.
var server *devserver.Server

func TestMain(m *testing.M) { roomtest.Run(m, goleak.Find, &server) }

var must, patient = roomtest.Must, roomtest.Patient

func token(t *testing.T, identity string) string {
	t.Helper()
	return roomtest.Token(t, server, identity)
}

// join enters the test's room as a Go application does, and waits for a participant.
func join(t *testing.T, identity string) *lksdk.RemoteParticipant {
	t.Helper()
	return roomtest.Join(t, server).Participant(t, identity)
}
