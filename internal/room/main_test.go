package room

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/internal/devserver"
)

// patience bounds every wait of a test. Nothing waits that long unless it is broken.
const patience = 60 * time.Second

// shortTimeout bounds joining where a test leaves an attempt behind.
const shortTimeout = 10 * time.Second

// server is what most tests use. A test that harms its server starts its own.
var server *devserver.Server

func TestMain(m *testing.M) {
	RedirectSDKLog(nil)
	os.Exit(run(m))
}

func run(m *testing.M) int {
	var err error
	if server, err = devserver.Start(context.Background(), devserver.Options{}); err != nil {
		log.Println(err)
		return 1
	}
	code := m.Run()
	server.Stop()
	late.Wait()
	http.DefaultClient.CloseIdleConnections()
	// An SDK that was told to leave while it was reconnecting ends when that attempt has timed out.
	err = goleak.Find()
	for end := time.Now().Add(2 * shortTimeout); err != nil && time.Now().Before(end); {
		err = goleak.Find()
	}
	if err != nil && code == 0 {
		log.Println(err)
		return 1
	}
	return code
}

func startServer(t *testing.T) *devserver.Server {
	t.Helper()
	s, err := devserver.Start(t.Context(), devserver.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

func patient(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	return ctx
}

// config is for a subscriber in a room of its own for each test.
func config(t *testing.T, s *devserver.Server) Config {
	return Config{
		URL: s.URL(), APIKey: s.APIKey, APISecret: s.APISecret, Room: t.Name(), Identity: "subscriber",
		ConnectTimeout: patience,
	}
}

func mustJoin(t *testing.T, c Config) *Connection {
	t.Helper()
	connection, err := Join(patient(t), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		connection.Close()
		if n := connection.peers.count(); n != 0 {
			t.Errorf("%d peer connections are open", n)
		}
	})
	return connection
}

func mustSelect(t *testing.T, c *Connection, criteria Criteria) Selector {
	t.Helper()
	s := c.Select(criteria)
	t.Cleanup(s.Close)
	return s
}

// mustNext returns the next Track after a packet of it has been read.
func mustNext(t *testing.T, s Selector) *Track {
	t.Helper()
	track, err := s.Next(patient(t))
	if err != nil {
		t.Fatal(err)
	}
	mustRead(t, track)
	return track
}

func mustRead(t *testing.T, track *Track) {
	t.Helper()
	if err := track.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := track.Read(make([]byte, 2000)); err != nil {
		t.Fatalf("read track %s of %q: %v", track.SID, track.Identity, err)
	}
}

// mustEnd reads the rest of a Track.
func mustEnd(t *testing.T, track *Track) {
	t.Helper()
	if err := track.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	for b := make([]byte, 2000); ; {
		_, _, err := track.Read(b)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("track %s of %q does not end: %v", track.SID, track.Identity, err)
		}
	}
}

// await waits until ok reports true, which it is asked after every change.
func await(t *testing.T, changed func() <-chan struct{}, what string, ok func() bool) {
	t.Helper()
	ctx := patient(t)
	for {
		c := changed()
		if ok() {
			return
		}
		select {
		case <-c:
		case <-ctx.Done():
			t.Fatalf("%s does not happen", what)
		}
	}
}

type result struct {
	track *Track
	err   error
}

// nextInBackground calls Next in a goroutine.
func nextInBackground(ctx context.Context, s Selector) <-chan result {
	results := make(chan result, 1)
	go func() {
		track, err := s.Next(ctx)
		results <- result{track, err}
	}()
	return results
}

func mustGet(t *testing.T, results <-chan result) result {
	t.Helper()
	select {
	case r := <-results:
		return r
	case <-patient(t).Done():
		t.Fatal("Next does not return")
		return result{}
	}
}
