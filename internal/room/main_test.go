package room

import (
	"context"
	"errors"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

const patience = roomtest.Patience

// shortTimeout bounds joining where a test leaves an attempt behind.
const shortTimeout = 10 * time.Second

// server is what most tests use. A test that harms its server starts its own.
var server *devserver.Server

func TestMain(m *testing.M) {
	roomtest.Run(m, goleak.Find, &server)
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
	return roomtest.Patient(t)
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
	connection, err := joinReady(patient(t), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(connection.Close)
	return connection
}

// joinReady joins, and waits until media can come.
func joinReady(ctx context.Context, c Config) (*Connection, error) { return readied(ctx, Join, c) }

// readied is joinReady for Join or Share.
func readied[C interface {
	Ready(ctx context.Context, selector CriteriaSelector) error
	Close()
}](ctx context.Context, join func(context.Context, Config) (C, error), c Config) (C, error) {
	connection, err := join(ctx, c)
	if err != nil {
		return connection, err
	}
	if err := connection.Ready(ctx, nil); err != nil {
		connection.Close()
		return connection, err
	}
	return connection, nil
}

func mustSelect(t *testing.T, c *Connection, criteria Criteria) CriteriaSelector {
	t.Helper()
	s := newServed(c, criteria)
	t.Cleanup(s.Close)
	return s
}

func newServed(c *Connection, criteria Criteria) CriteriaSelector {
	s := NewSelector(criteria)
	c.Serve(s)
	return s
}

func setLayer(s Selector, layer caps.Layer) { s.Layers().SetLayer(layer, caps.QualityAuto) }

// mustNext returns the next Track after a packet of it has been read.
func mustNext(t *testing.T, s Selector) *Track {
	t.Helper()
	track, err := s.Next(patient(t))
	if err != nil {
		t.Fatal(err)
	}
	roomtest.MustRead(t, track)
	return track
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

// isTimeout reports whether a read deadline has passed.
func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	return errors.As(err, &timeout) && timeout.Timeout()
}
