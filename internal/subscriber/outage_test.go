package subscriber

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// failures gets one for each try to reconnect that has failed.
type failures chan struct{}

func (f failures) Enabled(context.Context, slog.Level) bool { return true }
func (f failures) WithAttrs([]slog.Attr) slog.Handler       { return f }
func (f failures) WithGroup(string) slog.Handler            { return f }

func (f failures) Handle(_ context.Context, r slog.Record) error {
	if r.Message == "not reconnected" {
		select {
		case f <- struct{}{}:
		default:
		}
	}
	return nil
}

func TestTheServerIsBack(t *testing.T) {
	t.Parallel()
	for name, tries := range map[string]int{"at once": 0, "after ten tries": 10} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := mustStart(t, devserver.Options{})
			first := mustPublish(t, s, testpublisher.VP8)
			c := config(t, s)
			failed := make(failures, 1000)
			c.Logger = slog.New(failed)
			r := mustJoin(t, c)
			track := mustSubscribe(t, r)
			ready(t, r)
			before := identify(r)
			s.Kill()
			first.Close() // it would be slow to come back
			awaitState(t, r, StateReconnecting)
			for range tries {
				mustCome(t, failed)
			}
			if err := s.Restart(roomtest.Patient(t)); err != nil {
				t.Fatal(err)
			}
			listens := time.Now()
			mustPublishAs(t, s, "another", testpublisher.VP8)
			published := time.Since(listens)
			<-track.Ended()
			await(t, r, "the new session", func() bool { return r.Participant().GetSid() != before.session })
			back := time.Since(listens)
			again := mustSubscribe(t, r)
			mustRead(t, again, 1)
			picture := time.Since(listens)
			awaitState(t, r, StateConnected)
			t.Logf("after the server listened: in the room %v, published %v, picture %v", back, published, picture)
			mustRead(t, again, 20)
		})
	}
}

// TestAServerThatStandsStillIsReturnedTo: ICE fails, nobody answers who wants to resume, and then it goes on. It takes 15 s
// until ICE says so.
func TestAServerThatStandsStillIsReturnedTo(t *testing.T) {
	t.Parallel()
	s := mustStart(t, devserver.Options{})
	c := config(t, s)
	failed := make(failures, 1000)
	c.Logger = slog.New(failed)
	r := mustJoin(t, c)
	ready(t, r)
	if err := s.Freeze(); err != nil {
		t.Fatal(err)
	}
	mustCome(t, failed)
	if err := s.Thaw(); err != nil {
		t.Fatal(err)
	}
	begun, before := time.Now(), identify(r)
	awaitReconnect(t, r)
	t.Logf("back after %v, resumed: %v", time.Since(begun), identify(r) == before)
	mustPublish(t, s, testpublisher.VP8)
	mustRead(t, mustSubscribe(t, r), 10)
}
