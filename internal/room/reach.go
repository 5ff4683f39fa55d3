package room

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

const (
	// reachInterval is the time between two attempts to reach the server, slowReachInterval that after manyReaches
	// attempts.
	reachInterval     = 500 * time.Millisecond
	slowReachInterval = 2 * time.Second
	manyReaches       = 20
	// reachTimeout limits one attempt. Several attempts run at once: on a slow path the first of them is the one that
	// succeeds.
	reachTimeout = 4 * time.Second
)

// reach returns when the server answers, with our address that the answer was sent to. It tries at once, repeatedly,
// and whenever this machine's network changes, until ctx ends.
//
// Any answer counts, even that no program listens on the port: the question is whether the network works. It sends an
// HTTP request, because the kernel completes a TCP connection even to a program that hangs. owner is notified of a
// panic.
func reach(ctx context.Context, url string, routesChanged func() <-chan struct{}, owner guard.Owner) (netip.Addr, error) {
	ctx, cancel := context.WithCancel(ctx)
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true}
	var attempts sync.WaitGroup
	defer func() {
		cancel()
		attempts.Wait()
		transport.CloseIdleConnections()
	}()
	reached := make(chan netip.Addr)
	for n := 0; ; n++ {
		changed := routesChanged()
		guard.Go(&attempts, "room: reach", owner, func() {
			address, err := ask(ctx, transport, url, owner)
			if err != nil {
				return
			}
			select {
			case reached <- address:
			case <-ctx.Done():
			}
		})
		interval := reachInterval
		if n >= manyReaches {
			interval = slowReachInterval
		}
		next := time.NewTimer(interval)
		select {
		case address := <-reached:
			next.Stop()
			return address, nil
		case <-ctx.Done():
			next.Stop()
			return netip.Addr{}, context.Cause(ctx)
		case <-changed:
			next.Stop()
		case <-next.C:
		}
	}
}

// ask is one attempt to reach the server.
func ask(ctx context.Context, transport *http.Transport, url string, owner guard.Owner) (from netip.Addr, err error) {
	ctx, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(i httptrace.GotConnInfo) {
			guard.Do("room: reached", owner, func() { from = ownEnd(i.Conn) })
		},
	})
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, httpURL(url), http.NoBody)
	if err != nil {
		return from, err
	}
	response, err := transport.RoundTrip(request)
	if errors.Is(err, unix.ECONNREFUSED) {
		return from, nil
	}
	if err != nil {
		return from, err
	}
	return from, response.Body.Close()
}

// httpURL returns the address at which the server of a WebSocket address answers HTTP requests.
func httpURL(url string) string {
	if rest, is := strings.CutPrefix(url, "ws"); is {
		return "http" + rest
	}
	return url
}

// ownEnd returns our address of a connection.
func ownEnd(conn net.Conn) netip.Addr {
	tcp, is := conn.LocalAddr().(*net.TCPAddr)
	if !is {
		return netip.Addr{}
	}
	return tcp.AddrPort().Addr()
}
