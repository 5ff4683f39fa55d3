package signal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/gorilla/websocket"
	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// maxRefusal is what is read of a server's reason.
const maxRefusal = 1 << 10

// RefusedError says that a server answered, and that the answer was no.
type RefusedError struct {
	Status int    // of HTTP
	Reason string // as the server words it; may be empty. It does not hold the token
}

func (e *RefusedError) Error() string {
	if e.Reason == "" {
		return fmt.Sprintf("the server refuses with status %d", e.Status)
	}
	return fmt.Sprintf("the server refuses with status %d: %s", e.Status, e.Reason)
}

// Unauthorized reports whether it is for the token.
func (e *RefusedError) Unauthorized() bool {
	return e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden
}

// Dial connects to a server and returns its first message: that we have joined, with what there is, that a session goes on, or
// that we have to leave. It returns the cause of ctx's end, a *RefusedError, or the error of the network. owner is told of
// panics.
func Dial(ctx context.Context, config Config, owner guard.Owner) (*Conn, *livekit.SignalResponse, error) {
	address, err := config.address()
	if err != nil {
		return nil, nil, err
	}
	socket, err := dial(ctx, address, config.Token, owner)
	if err != nil {
		return nil, nil, err
	}
	c := newConn(socket, owner)
	first, err := c.receiveWithin(ctx)
	if err != nil {
		c.Close()
		if errors.Is(err, io.EOF) {
			err = errors.New("the server ends the connection before it says that we have joined")
		}
		return nil, nil, err
	}
	return c, first, nil
}

func dial(ctx context.Context, address, token string, owner guard.Owner) (*websocket.Conn, error) {
	stop := func() bool { return true }
	dialer := websocket.Dialer{
		Proxy: http.ProxyFromEnvironment,
		// The websocket package looks at ctx while it dials, and not while it waits for the answer.
		NetDialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(ctx, network, address)
			if err == nil {
				stop = context.AfterFunc(ctx, guard.Func("signal: give up dialling", owner, func() { _ = conn.Close() }))
			}
			return conn, err
		},
	}
	socket, response, err := dialer.DialContext(ctx, address, http.Header{"Authorization": {"Bearer " + token}})
	stop()
	if deadline, has := ctx.Deadline(); has && err != nil && !time.Now().Before(deadline) {
		<-ctx.Done() // the websocket package gives the deadline to the connection, where it may pass a moment earlier
	}
	switch {
	case ctx.Err() != nil:
		if err == nil {
			_ = socket.Close()
		}
		return nil, context.Cause(ctx)
	case err == nil:
		return socket, nil
	case response != nil:
		return nil, refusal(response, token)
	}
	return nil, fmt.Errorf("connect to the server: %w", err)
}

// refusal reads why there is no connection.
func refusal(response *http.Response, token string) error {
	text, _ := io.ReadAll(io.LimitReader(response.Body, maxRefusal)) // what came of it says more than nothing
	_ = response.Body.Close()
	reason := strings.TrimSpace(string(text))
	if strings.ContainsAny(reason, "<>") { // a page for people, of a server of another kind
		reason = ""
	}
	return &RefusedError{Status: response.StatusCode, Reason: strings.ReplaceAll(reason, token, "(removed)")}
}
