package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"syscall"
	"time"

	"github.com/gst-livekit/gst-livekit/examples/internal/console"
	"github.com/gst-livekit/gst-livekit/examples/internal/localserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

const (
	roomName = "demo"
	identity = "you" // of who shares something on the page
)

// run starts everything, prints the page's address, and returns nil when ctx ends. Everything that it started has ended then.
func run(ctx context.Context, o options, out *console.Console) error {
	if _, err := os.Stat(o.client); err != nil {
		return fmt.Errorf("LiveKit's client is missing: run `npm ci` in integration/browser: %w", err)
	}
	listener, err := listen(ctx, o.port)
	if err != nil {
		return err
	}
	defer listener.Close()
	// Firefox sends no media to 127.0.0.1. What goes to another address of this machine does not leave it, either.
	server, err := localserver.Start(ctx, devserver.Options{Binary: o.server, MediaAddress: devserver.MachineAddress()}, o.out, out)
	if err != nil {
		return err
	}
	defer server.Stop()

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	viewers := newViewers()
	receiver, err := startReceiver(server.Server, viewers)
	if err != nil {
		return err
	}
	defer receiver.stop()
	web := &http.Server{
		Handler:           pages(ctx, server.Server, o.client, viewers, receiver),
		ReadHeaderTimeout: 10 * time.Second,
	}
	served := make(chan error, 1)
	go func() { served <- web.Serve(listener) }()
	defer func() {
		cancel() // ends the pages' connections, which Close leaves alone
		_ = web.Close()
		viewers.wait()
	}()
	out.Step("open http://%s/ in a browser on this machine. Ctrl-C ends everything", listener.Addr())
	select {
	case <-ctx.Done():
		return nil
	case err := <-receiver.failed:
		return err
	case err := <-served:
		return fmt.Errorf("serve the page: %w", err)
	}
}

func listen(ctx context.Context, port int) (net.Listener, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("another program uses port %d: choose another one, as in `make demo-web PORT=%d`: %w", port, port+1, err)
	}
	return listener, err
}
