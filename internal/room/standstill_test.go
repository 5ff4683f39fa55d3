package room

import (
	"fmt"
	"net/url"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

// flood sends more to a server that stands still than the system takes for it, and returns when nothing else can be sent: the
// connection is locked for as long as something is.
func flood(t *testing.T, c *Connection, s *devserver.Server) (sent <-chan error) {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- c.sub.Subscribe(strings.Repeat("x", 64<<20), "TR_flood", true) }()
	for unsent(t, s) < 1<<16 {
		runtime.Gosched()
	}
	return done
}

// unsent returns how much the system has for a server that the server does not take, of the connection that has most.
func unsent(t *testing.T, s *devserver.Server) (most uint64) {
	t.Helper()
	address, err := url.Parse(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(address.Port())
	if err != nil {
		t.Fatal(err)
	}
	table, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(table)) {
		fields := strings.Fields(line) // number, local address, remote address, state, queues, ...
		if len(fields) < 5 || !strings.HasSuffix(fields[2], fmt.Sprintf(":%04X", port)) {
			continue
		}
		queue, _, _ := strings.Cut(fields[4], ":")
		n, err := strconv.ParseUint(queue, 16, 64)
		if err != nil {
			t.Fatal(err)
		}
		most = max(most, n)
	}
	return most
}

// TestNothingWaitsForAServerThatTakesNothing fills the connection to a server that stands still, so that whatever else is
// sent would wait until the connection is found dead, which takes 5 s.
func TestNothingWaitsForAServerThatTakesNothing(t *testing.T) {
	t.Parallel()
	s := startServer(t)
	alice := roomtest.NewPublisher(t, s, "alice")
	alice.Publish(camera, "")
	c := mustJoin(t, config(t, s))
	reconnects := countReconnects(t, c)
	selector := mustSelect(t, c, Criteria{Participant: "alice"})
	mustNext(t, selector)
	if err := s.Freeze(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Thaw() }()
	sent := flood(t, c, s)
	setLayer(selector, caps.Layer{Quality: caps.QualityLow})
	selector.SetCriteria(Criteria{Participant: "bob"})
	selector.SetCriteria(Criteria{Participant: "alice"})
	selector.Close()
	select {
	case err := <-sent:
		t.Errorf("everything was sent: %v", err)
	default:
	}
	begun := time.Now()
	c.Close()
	if took := time.Since(begun); took > 4*time.Second {
		t.Errorf("leaving took %v", took)
	}
	if err := <-sent; err != nil {
		t.Log(err)
	}
	if n := reconnects(); n != 0 {
		t.Errorf("%d reconnects: that was waited for", n)
	}
}
