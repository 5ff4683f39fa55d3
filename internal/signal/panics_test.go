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

// TestPanicsOfDial has what gives up a connection panic. The owner is told, and Dial returns when the server has gone.
func TestPanicsOfDial(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	reached, leave := make(chan struct{}), make(chan struct{})
	silent := answering(t, func(*websocket.Conn) {
		close(reached)
		<-leave
	})
	for place, c := range map[string]Config{
		"signal: give up": silent, "signal: give up dialling": {URL: "ws://" + listener.Addr().String()},
	} {
		t.Run(place, func(t *testing.T) {
			guard.Inject(place)
			defer guard.Inject("")
			owner := make(told, 1)
			because := errors.New("the user changed his mind")
			ctx, cancel := context.WithCancelCause(t.Context())
			errs := make(chan error, 1)
			go func() {
				_, _, err := Dial(ctx, c, owner)
				errs <- err
			}()
			end := func() { close(leave) }
			if c.URL == silent.URL {
				<-reached
			} else {
				conn, err := listener.Accept()
				if err != nil {
					t.Fatal(err)
				}
				end = func() { _ = conn.Close() }
			}
			cancel(because)
			if err := <-owner; err.Place != place {
				t.Errorf("told %v", err)
			}
			end()
			if err := <-errs; !errors.Is(err, because) {
				t.Errorf("got %v", err)
			}
		})
	}
}
