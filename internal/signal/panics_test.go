//go:build panics

package signal

import (
	"context"
	"errors"
	"net"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// told keeps what it is told.
type told chan *guard.Error

func (t told) Panicked(err *guard.Error) { t <- err }

// TestPanicsOfDial has what gives up a connection panic: the owner is told, and Dial returns when the server has gone. It is
// tried again when Dial was given up a little earlier, which needs nobody.
func TestPanicsOfDial(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	ends := make(chan func(), 1)
	silent := answering(t, func(*websocket.Conn) {
		leave := make(chan struct{})
		ends <- func() { close(leave) }
		<-leave
	})
	accept := func() func() {
		conn, err := listener.Accept()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Read(make([]byte, 1)); err != nil {
			t.Error(err)
		}
		return func() { _ = conn.Close() }
	}
	for place, test := range map[string]struct {
		config Config
		reach  func() (end func())
	}{
		"signal: give up":          {silent, func() func() { return <-ends }},
		"signal: give up dialling": {Config{URL: "ws://" + listener.Addr().String()}, accept},
	} {
		t.Run(place, func(t *testing.T) {
			guard.Inject(place)
			defer guard.Inject("")
			for !panicsOnce(t, place, test.config, test.reach) {
			}
		})
	}
}

// panicsOnce reports false when Dial was given up before what is to panic had anything to do.
func panicsOnce(t *testing.T, place string, c Config, reach func() (end func())) bool {
	t.Helper()
	owner := make(told, 1)
	because := errors.New("the user changed his mind")
	ctx, cancel := context.WithCancelCause(t.Context())
	errs := make(chan error, 1)
	go func() {
		_, _, err := Dial(ctx, c, owner)
		errs <- err
	}()
	end := reach()
	cancel(because)
	select {
	case err := <-owner:
		if err.Place != place {
			t.Errorf("told %v", err)
		}
		end()
		if err := <-errs; !errors.Is(err, because) {
			t.Errorf("got %v", err)
		}
		return true
	case err := <-errs:
		end()
		if !errors.Is(err, because) {
			t.Errorf("got %v", err)
		}
		return false
	}
}
