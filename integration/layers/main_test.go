package layers_test

import (
	"context"
	"log"
	"os"
	"testing"
	"time"

	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

// patience bounds every wait of a test. Nothing waits that long unless it is broken.
const patience = 60 * time.Second

// server is what most tests use, each in a room of its own.
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

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func patient(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

func token(t *testing.T, server *devserver.Server, identity string) string {
	t.Helper()
	text, err := server.Token(devserver.TokenOptions{
		Room: t.Name(), Identity: identity, CanPublish: true, CanSubscribe: true,
	})
	must(t, err)
	return text
}
