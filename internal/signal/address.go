package signal

import (
	"crypto/tls"
	"fmt"
	"net/url"
	"runtime"
	"strconv"
	"strings"

	"github.com/livekit/protocol/livekit"
)

// Protocol is the version of the signalling protocol that we speak. 9 is from which on a server may leave candidates to
// trickling, 13 from which a leave has an action, 17 the one that LiveKit's SDKs of today declare.
const Protocol = 17

// Config says which server to join, and what it is told of us.
type Config struct {
	// URL is the server: ws, wss, http or https, with an optional path.
	URL string
	// Token is an access token.
	Token string
	// Version is that of the program, as the server's operator sees it.
	Version string
	// Capabilities are what the server may rely on.
	Capabilities []livekit.ClientInfo_Capability
	// Resume is the participant SID of a session that is to go on; empty begins one.
	Resume string
	// ResumeReason is told with Resume.
	ResumeReason livekit.ReconnectReason
	// Regions is what is known of other servers from one Dial to the next. Nil is a new one.
	Regions *Regions

	// These are of tests; nil is the usual.
	cloud func(host string) bool
	tls   *tls.Config
}

// address returns where the WebSocket of a subscriber is at a server. It has no secret in it.
//
// The newer way, one parameter join_request with a message in it, makes the server put publisher and subscriber into one
// peer connection, in which the subscriber has to offer and the first track comes later. So it is not used.
func (c Config) address(server string) (string, error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", fmt.Errorf("the server's address: %w", withoutAddress(err))
	}
	scheme := webSocket(u.Scheme)
	if scheme == "" {
		return "", fmt.Errorf("the server's address begins with %q, not with ws:// or wss://", u.Scheme)
	}
	u.Scheme, u.Path = scheme, strings.TrimRight(u.Path, "/")+"/rtc"
	q := url.Values{}
	q.Set("protocol", strconv.Itoa(Protocol))
	q.Set("auto_subscribe", "0")
	// Whether tracks are paused when the path is too narrow (subscriber_allow_pause) is left to whoever runs the server.
	q.Set("sdk", "go")
	q.Set("os", runtime.GOOS)
	if c.Version != "" {
		q.Set("version", c.Version)
	}
	if len(c.Capabilities) > 0 {
		names := make([]string, len(c.Capabilities))
		for i, capability := range c.Capabilities {
			names[i] = capability.String()
		}
		q.Set("capabilities", strings.Join(names, ","))
	}
	if c.Resume != "" {
		q.Set("reconnect", "1")
		q.Set("reconnect_reason", strconv.Itoa(int(c.ResumeReason)))
		q.Set("sid", c.Resume)
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// webSocket returns the scheme of a WebSocket that goes where another scheme goes, and nothing for one that goes elsewhere.
func webSocket(scheme string) string {
	switch scheme {
	case "ws", "http":
		return "ws"
	case "wss", "https":
		return "wss"
	}
	return ""
}

// withoutAddress takes the address out of an error of package url, which may have a password in it.
func withoutAddress(err error) error {
	if wrapped, is := err.(*url.Error); is { //nolint:errorlint // it is what Parse returns, not wrapped
		return wrapped.Err
	}
	return err
}
