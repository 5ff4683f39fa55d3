package layers_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

const patience = roomtest.Patience

// server is what most tests use, each in a room of its own.
var server *devserver.Server

func TestMain(m *testing.M) { roomtest.Run(m, goleak.Find, &server) }

var must, patient, token = roomtest.Must, roomtest.Patient, roomtest.Token
