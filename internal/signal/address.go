package signal

import (
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net/url"
	"runtime"
	"strconv"
	"strings"

	"github.com/livekit/protocol/livekit"
	"google.golang.org/protobuf/proto"
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
	// Separate asks for a peer connection for each direction, in which the side offers that sends. Otherwise one is asked for, in
	// which we offer, and of servers that do not know that (before livekit-server 1.9) separate ones: Conn says which there are.
	Separate bool
	// Regions is what is known of other servers from one Dial to the next. Nil is a new one.
	Regions *Regions

	// These are of tests; nil is the usual.
	cloud func(host string) bool
	tls   *tls.Config
}

// address returns where the WebSocket is at a server. It has no secret in it. one says in which way to ask: see Config.Separate.
func (c Config) address(server string, one bool) (string, error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", fmt.Errorf("the server's address: %w", withoutAddress(err))
	}
	scheme := webSocket(u.Scheme)
	if scheme == "" {
		return "", fmt.Errorf("the server's address begins with %q, not with ws:// or wss://", u.Scheme)
	}
	u.Scheme, u.Path = scheme, strings.TrimRight(u.Path, "/")+"/rtc"
	query := c.query()
	if one {
		u.Path += "/v1"
		if query, err = c.joinRequest(); err != nil {
			return "", fmt.Errorf("ask to join: %w", err)
		}
	}
	u.RawQuery = query.Encode()
	return u.String(), nil
}

// query says who joins, and how, to a server that gives publisher and subscriber a peer connection each.
func (c Config) query() url.Values {
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
	return q
}

// joinRequest says the same in one message. A server that is told so has one peer connection, in which the client offers.
func (c Config) joinRequest() (url.Values, error) {
	request, err := proto.Marshal(&livekit.JoinRequest{
		ClientInfo: &livekit.ClientInfo{
			Sdk: livekit.ClientInfo_GO, Version: c.Version, Protocol: Protocol, Os: runtime.GOOS, Capabilities: c.Capabilities,
		},
		// They subscribe to nothing. A server pauses no track then, whether it may or not (subscriber_allow_pause): no third value
		// leaves that to it.
		ConnectionSettings: new(livekit.ConnectionSettings),
		Reconnect:          c.Resume != "", ReconnectReason: c.ResumeReason, ParticipantSid: c.Resume,
	})
	if err != nil {
		return nil, err
	}
	wrapped, err := proto.Marshal(&livekit.WrappedJoinRequest{JoinRequest: request})
	if err != nil {
		return nil, err
	}
	return url.Values{"join_request": {base64.URLEncoding.EncodeToString(wrapped)}}, nil
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
