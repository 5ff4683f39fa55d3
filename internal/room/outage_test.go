package room

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
)

// gate is the way of signalling to a server. Shut, it stands still, as a network does that has gone; media goes its own way.
type gate struct {
	url  string
	held chan struct{} // one for each connection that is made while it is shut

	listener net.Listener
	server   string
	wg       sync.WaitGroup

	mu    sync.Mutex
	shut  bool
	conns []net.Conn
}

func newGate(t *testing.T, server string) *gate {
	t.Helper()
	g := &gate{
		listener: listen(t), held: make(chan struct{}, 1000), server: strings.TrimPrefix(server, "ws://"),
	}
	g.url = "ws://" + g.listener.Addr().String()
	g.wg.Go(func() {
		for {
			conn, err := g.listener.Accept()
			if err != nil {
				return
			}
			g.wg.Go(func() { g.take(conn) })
		}
	})
	t.Cleanup(func() {
		_ = g.listener.Close()
		g.set(true)
		g.wg.Wait()
	})
	return g
}

// set shuts or opens the gate, and closes every connection through it or at it.
func (g *gate) set(shut bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = shut
	for _, c := range g.conns {
		_ = c.Close()
	}
	g.conns = nil
}

func (g *gate) take(conn net.Conn) {
	far, err := net.Dial("tcp", g.server)
	if err != nil {
		_ = conn.Close()
		return
	}
	g.mu.Lock()
	shut := g.shut
	g.conns = append(g.conns, conn, far)
	g.mu.Unlock()
	if shut {
		g.held <- struct{}{}
		return
	}
	g.wg.Go(func() {
		_, _ = io.Copy(far, conn)
		_ = far.Close()
	})
	_, _ = io.Copy(conn, far)
	_ = conn.Close()
}

// An attempt to resume has no more time than one to join. The absence of the network is not part of that.
func TestAnOutageLongerThanAnAttemptIsResumed(t *testing.T) {
	t.Parallel()
	alice := roomtest.NewPublisher(t, server, "alice")
	alice.Publish(camera, "")
	g := newGate(t, server.URL())
	config := config(t, server)
	config.URL, config.ConnectTimeout = g.url, 5*time.Second
	c := mustJoin(t, config)
	selector := mustSelect(t, c, Criteria{Participant: "alice"})
	track := mustNext(t, selector)
	session := c.sub.Participant().GetSid()

	g.set(true)
	for asked := time.Duration(0); asked <= config.ConnectTimeout; asked += reachInterval {
		select {
		case <-g.held:
		case <-patient(t).Done():
			t.Fatal("the server is not asked any more")
		}
	}
	g.set(false)
	await(t, c.Changed, "reconnecting", func() bool { return c.State() == StateConnected })
	if got := c.sub.Participant().GetSid(); got != session {
		t.Errorf("session %s was replaced by %s", session, got)
	}
	mustRead(t, track)
}
