package signal

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/gorilla/websocket"

	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/redact"
)

const (
	// maxRefusal is what is read of a server's reason.
	maxRefusal = 1 << 10
	// maxReason is what is told of it.
	maxReason = 200
	// maxHandshake is what a server may send before there is a connection: certificates and headers.
	maxHandshake = 256 << 10
	// maxRedirects is how often we are sent on.
	maxRedirects = 5
)

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

// connect makes a WebSocket, and goes where it is redirected to.
func (c Config) connect(ctx context.Context, address string, owner guard.Owner) (*websocket.Conn, error) {
	for range maxRedirects + 1 {
		socket, response, err := c.handshake(ctx, address, owner)
		if err == nil || response == nil {
			return socket, err
		}
		switch response.StatusCode {
		default:
			return nil, refusal(response, c.Token)
		case http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		}
		_ = response.Body.Close()
		if address, err = redirected(address, response.Header.Get("Location")); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("the server sends us on more than %d times", maxRedirects)
}

// redirected returns where a server at address sends us to. The token goes there too, without which no server lets us in: so the
// way there has to be as secure as the one here.
func redirected(address, location string) (string, error) {
	from, err := url.Parse(address)
	if err != nil || location == "" {
		return "", errors.New("the server sends us on, and does not say where")
	}
	to, err := from.Parse(location)
	if err != nil {
		return "", fmt.Errorf("the server sends us on to an address that is none: %w", withoutAddress(err))
	}
	scheme := webSocket(to.Scheme)
	switch {
	case scheme == "" || to.Host == "":
		return "", fmt.Errorf("the server sends us on to an address that begins with %q", to.Scheme)
	case from.Scheme == "wss" && scheme != "wss":
		return "", fmt.Errorf("the server sends us on to %s without encryption, where the token would be readable by anybody on the way", to.Host)
	}
	to.Scheme, to.User, to.Fragment = scheme, nil, ""
	if to.RawQuery == "" { // what we say of ourselves belongs to the request and not to its address
		to.RawQuery = from.RawQuery
	}
	return to.String(), nil
}

// handshake asks for a WebSocket. The response is that of a server that has not made one, else nil.
func (c Config) handshake(ctx context.Context, address string, owner guard.Owner) (*websocket.Conn, *http.Response, error) {
	stop := func() bool { return true }
	var wire *boundedConn
	var through *url.URL
	dialer := websocket.Dialer{
		TLSClientConfig: c.tls,
		Proxy: func(request *http.Request) (proxy *url.URL, err error) {
			through, err = http.ProxyFromEnvironment(request)
			return through, err
		},
		// The websocket package looks at ctx while it dials, and not while it waits for the answer.
		NetDialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			stop = context.AfterFunc(ctx, guard.Func("signal: give up dialling", owner, func() { _ = conn.Close() }))
			wire = &boundedConn{Conn: conn, left: maxHandshake}
			return wire, nil
		},
	}
	socket, response, err := dialer.DialContext(ctx, address, http.Header{"Authorization": {"Bearer " + c.Token}})
	stop()
	if deadline, has := ctx.Deadline(); has && err != nil && !time.Now().Before(deadline) {
		<-ctx.Done() // the websocket package gives the deadline to the connection, where it may pass a moment earlier
	}
	switch {
	case ctx.Err() != nil:
		if err == nil {
			_ = socket.Close()
		}
		return nil, nil, context.Cause(ctx)
	case err == nil:
		wire.unbounded = true
		return socket, nil, nil
	case response != nil:
		return nil, response, err
	}
	scheme, _, _ := strings.Cut(address, ":")
	return nil, nil, explained(err, scheme, through)
}

// explained says of an error of the network what can be done about it.
func explained(err error, scheme string, proxy *url.URL) error {
	var unknown x509.UnknownAuthorityError
	if errors.As(err, &unknown) {
		return fmt.Errorf("%w: nobody whom this machine trusts vouches for the server's certificate; "+
			"if an authority of your own does, let the environment variable SSL_CERT_FILE name the file with that authority's certificate", err)
	}
	if proxy != nil {
		return fmt.Errorf("through the proxy %s, which HTTP_PROXY or HTTPS_PROXY names: %w", proxy.Host, err)
	}
	switch {
	case errors.As(err, new(tls.RecordHeaderError)):
		return fmt.Errorf("%w (the server does not encrypt: does its address begin with ws://?)", err)
	case scheme == "ws" && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET)):
		return fmt.Errorf("%w (it may want encryption: does its address begin with wss://?)", err)
	}
	return err
}

// boundedConn is a connection that a server cannot send endless headers on. It is for one goroutine at a time.
type boundedConn struct {
	net.Conn
	left      int
	unbounded bool
}

func (c *boundedConn) Read(p []byte) (int, error) {
	if c.unbounded {
		return c.Conn.Read(p)
	}
	if c.left == 0 {
		return 0, fmt.Errorf("the server sends more than %d bytes before there is a connection: is it a LiveKit server?", maxHandshake)
	}
	n, err := c.Conn.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}

// refusal reads why there is no connection.
func refusal(response *http.Response, token string) error {
	text, _ := io.ReadAll(io.LimitReader(response.Body, maxRefusal)) // what came of it says more than nothing
	_ = response.Body.Close()
	reason := strings.TrimSpace(string(text))
	if strings.ContainsAny(reason, "<>") { // a page for people, of a server of another kind
		reason = ""
	}
	reason = redact.Text(reason, token) // before it is cut, so that it finds the token
	reason = strings.ToValidUTF8(reason[:min(len(reason), maxReason)], "")
	return &RefusedError{Status: response.StatusCode, Reason: reason}
}
