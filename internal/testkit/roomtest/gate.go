package roomtest

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// Gate is the way of signalling to a server. Shut, it stands still, as a network does that has gone. Media goes its own way.
type Gate struct {
	URL   string        // of the server through the gate
	Asked chan struct{} // one for each connection that is made while the gate is shut, as far as there is room

	listener net.Listener
	server   string
	wg       sync.WaitGroup

	mu    sync.Mutex
	shut  bool // connections are taken, and nothing passes
	conns []net.Conn
}

// NewGate opens a gate to a server, until the test ends.
func NewGate(t testing.TB, server string) *Gate {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &Gate{
		URL: "ws://" + listener.Addr().String(), listener: listener, server: strings.TrimPrefix(server, "ws://"),
		Asked: make(chan struct{}, 1000),
	}
	g.wg.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			g.wg.Go(func() { g.take(conn) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		g.Set(true)
		g.wg.Wait()
	})
	return g
}

// Set shuts or opens the gate, and closes every connection through it or at it.
func (g *Gate) Set(shut bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut = shut
	for _, c := range g.conns {
		_ = c.Close()
	}
	g.conns = nil
}

func (g *Gate) take(conn net.Conn) {
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
		select {
		case g.Asked <- struct{}{}:
		default:
		}
		_, _ = io.Copy(io.Discard, conn)
		return
	}
	g.wg.Go(func() {
		_, _ = io.Copy(far, conn)
		_ = far.Close()
	})
	_, _ = io.Copy(conn, far)
	_ = conn.Close()
}
