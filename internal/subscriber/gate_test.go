package subscriber

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// gate is the way of signalling to a server. Media goes its own way.
type gate struct {
	url      string
	listener net.Listener
	server   string
	wg       sync.WaitGroup
	asked    chan struct{} // one for each connection that is made while the gate is shut, as far as there is room

	mu    sync.Mutex
	shut  bool // connections are taken, and nothing passes
	conns []net.Conn
}

func newGate(t *testing.T, server string) *gate {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{
		url: "ws://" + listener.Addr().String(), listener: listener, server: strings.TrimPrefix(server, "ws://"),
		asked: make(chan struct{}, 100),
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
		select {
		case g.asked <- struct{}{}:
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
