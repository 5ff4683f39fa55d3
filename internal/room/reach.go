package room

import (
	"context"
	"errors"
	"net/http"
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

// reach returns when the server answers. It tries at once, repeatedly, and whenever this machine's network changes, until
// ctx ends.
//
// Any answer counts, even that no program listens on the port: the question is whether the network works. It sends an
// HTTP request, because the kernel completes a TCP connection even to a program that hangs. owner is notified of a
// panic.
func reach(ctx context.Context, url string, routesChanged func() <-chan struct{}, owner guard.Owner) error {
	ctx, cancel := context.WithCancel(ctx)
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true}
	var attempts sync.WaitGroup
	defer func() {
		cancel()
		attempts.Wait()
		transport.CloseIdleConnections()
	}()
	reached := make(chan struct{})
	for n := 0; ; n++ {
		changed := routesChanged()
		guard.Go(&attempts, "room: reach", owner, func() {
			if ask(ctx, transport, url) != nil {
				return
			}
			select {
			case reached <- struct{}{}:
			case <-ctx.Done():
			}
		})
		interval := reachInterval
		if n >= manyReaches {
			interval = slowReachInterval
		}
		next := time.NewTimer(interval)
		select {
		case <-reached:
			next.Stop()
			return nil
		case <-ctx.Done():
			next.Stop()
			return context.Cause(ctx)
		case <-changed:
			next.Stop()
		case <-next.C:
		}
	}
}

// ask is one attempt to reach the server.
func ask(ctx context.Context, transport *http.Transport, url string) error {
	ctx, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, httpURL(url), http.NoBody)
	if err != nil {
		return err
	}
	response, err := transport.RoundTrip(request)
	if errors.Is(err, unix.ECONNREFUSED) {
		return nil
	}
	if err != nil {
		return err
	}
	return response.Body.Close()
}

// httpURL returns the address at which the server of a WebSocket address answers HTTP requests.
func httpURL(url string) string {
	if rest, is := strings.CutPrefix(url, "ws"); is {
		return "http" + rest
	}
	return url
}
