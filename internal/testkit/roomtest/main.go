// Package roomtest is what tests that go through a LiveKit room have in common: one livekit-server for the program, a
// bound on every wait, and an application that joins with LiveKit's SDK.
package roomtest

import (
	"context"
	"log"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

const (
	// Patience bounds every wait of a test. Nothing waits that long unless it is broken.
	Patience = 60 * time.Second
	// leakPatience is for what ends by itself: an SDK that was told to leave while it was reconnecting, and a join that was
	// given up, go on until they time out.
	leakPatience = 40 * time.Second
)

// Run is Main for a TestMain that only keeps the server, and exits. Leaks is goleak.Find.
func Run(m *testing.M, leaks func(...goleak.Option) error, server **devserver.Server) {
	lksdk.SetLogger(logger.GetDiscardLogger())
	begin := func(s *devserver.Server) error {
		*server = s
		return nil
	}
	os.Exit(Main(m, begin, func() error { return leaks(ReadsForAPublisher) }))
}

// ReadsForAPublisher is for goleak: the SDK's goroutine that reads control packets for a track that is published. When the room is
// left just after the track was bound, it may wait for ever, on a stream that nobody closes (seen once in a busy CI).
var ReadsForAPublisher = goleak.IgnoreAnyFunction("github.com/livekit/server-sdk-go/v2.(*LocalTrack).rtcpWorker")

// Main runs the tests of a program with a server of their own, each test in a room of its own, and returns the program's
// exit status. begin gets the server before the first test. leaks is goleak's check, asked when all has ended.
func Main(m *testing.M, begin func(*devserver.Server) error, leaks func() error) int {
	server, err := devserver.Start(context.Background(), devserver.Options{})
	if err != nil {
		log.Print(err)
		return 1
	}
	if err := begin(server); err != nil {
		server.Stop()
		log.Print(err)
		return 1
	}
	code := m.Run()
	server.Stop()
	if err := awaitNone(leaks); err != nil && code == 0 {
		log.Print(err)
		return 1
	}
	return code
}

func awaitNone(leaks func() error) error {
	deadline := time.Now().Add(leakPatience)
	for {
		http.DefaultClient.CloseIdleConnections()
		err := leaks() // which takes its time
		if err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

// Patient is a context that ends with the test, or when its patience does.
func Patient(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), Patience)
	t.Cleanup(cancel)
	return ctx
}

// Token is an access token for the test's own room, to publish and to subscribe.
func Token(t testing.TB, server *devserver.Server, identity string) string {
	t.Helper()
	text, err := server.Token(devserver.TokenOptions{
		Room: t.Name(), Identity: identity, CanPublish: true, CanSubscribe: true,
	})
	Must(t, err)
	return text
}

// Must ends the test if there is an error.
func Must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
