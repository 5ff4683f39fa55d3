package room

import (
	"context"
	"crypto/tls"
	"net"
	"net/http/httptrace"
	"net/netip"
	"sync"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// trace follows the network connections of a join. The SDK logs why it could not connect but returns a shorter error,
// and it waits for the server's first message without checking the context: a trace knows the cause, and can close the
// connections.
type trace struct {
	mu       sync.Mutex
	conns    []net.Conn
	aborted  bool
	cause    error // why the last attempt failed
	answered bool
}

func (t *trace) context(ctx context.Context, owner guard.Owner) context.Context {
	failed := func(err error) { guard.Do("room: not dialled", owner, func() { t.failed(err) }) }
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSDone:          func(i httptrace.DNSDoneInfo) { failed(i.Err) },
		ConnectDone:      func(_, _ string, err error) { failed(err) },
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) { failed(err) },
		GotConn: func(i httptrace.GotConnInfo) {
			guard.Do("room: dialled", owner, func() { t.connected(i.Conn) })
		},
		GotFirstResponseByte: guard.Func("room: answered", owner, t.response),
	})
}

func (t *trace) failed(err error) {
	if err != nil {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.cause = err
	}
}

func (t *trace) connected(conn net.Conn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.conns = append(t.conns, conn)
	if t.aborted {
		_ = conn.Close()
	}
}

func (t *trace) response() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.answered = true
}

// abort closes every connection that the join opened, and those it opens from now on.
func (t *trace) abort() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.aborted = true
	for _, c := range t.conns {
		_ = c.Close()
	}
}

// ownEnd returns our address of the connection with which the join succeeded.
func (t *trace) ownEnd() netip.Addr {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.conns) == 0 {
		return netip.Addr{}
	}
	return ownEnd(t.conns[len(t.conns)-1])
}

// stage describes how far the join has got.
func (t *trace) stage() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.answered:
		return "the server answers, but no media connection comes about (is UDP blocked?)"
	case len(t.conns) > 0:
		return "the server accepts connections and does not answer"
	case t.cause != nil:
		return t.cause.Error()
	}
	return "nothing answers at this address"
}

func (t *trace) err() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.cause
}
