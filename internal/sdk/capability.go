package sdk

import (
	"context"
	"net/url"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
	"github.com/livekit/server-sdk-go/v2/signalling"
	"github.com/pion/webrtc/v4"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// A server removes frame metadata (packet trailers) from the tracks that announce it, for subscribers that do not
// announce support for it. livekit-client announces support with this query parameter; the SDK cannot do so.
const capabilitiesParameter = "capabilities"

// JoinContext returns a context, derived from ctx, with which a join of room and its reconnects announce support for
// packet trailers. beforeDial, which may be nil, is called each time before the SDK connects, and may block. owner is
// notified of panics.
func JoinContext(ctx context.Context, room *lksdk.Room, beforeDial func(resumes bool), owner guard.Owner) context.Context {
	return &capableContext{ctx, EngineOfRoom(room), beforeDial, owner}
}

// IsCapable reports whether the connection of a room announces support for packet trailers.
func IsCapable(room *lksdk.Room) bool {
	s := signallingOf(EngineOfRoom(room))
	if s == nil {
		return false
	}
	_, ok := (*s).(capableSignalling)
	return ok
}

// capableContext is the context of a join. Join creates the object that makes the query of the server's address, and
// checks whether the context has ended before it uses the object: this is the moment to replace it.
type capableContext struct {
	context.Context
	engine     *lksdk.RTCEngine
	beforeDial func(resumes bool)
	owner      guard.Owner
}

func (c *capableContext) Err() error {
	guard.Do("sdk: join query", c.owner, func() {
		if s := signallingOf(c.engine); s != nil {
			if _, done := (*s).(capableSignalling); !done {
				*s = capableSignalling{*s, c.beforeDial, c.owner}
			}
		}
	})
	return c.Context.Err()
}

// capableSignalling announces support for packet trailers in each join and reconnect. It is called right before the SDK
// connects, so it can also delay that.
type capableSignalling struct {
	signalling.Signalling
	beforeDial func(resumes bool) // may be nil
	owner      guard.Owner
}

// ConnectQueryParams implements signalling.Signalling.
func (s capableSignalling) ConnectQueryParams(
	version string, protocol int, params *signalling.ConnectParams, tracks []*livekit.AddTrackRequest,
	offer webrtc.SessionDescription, sid string,
) (string, error) {
	if s.beforeDial != nil {
		guard.Do("sdk: before dialling", s.owner, func() { s.beforeDial(params.Reconnect) })
	}
	query, err := s.Signalling.ConnectQueryParams(version, protocol, params, tracks, offer, sid)
	if err != nil {
		return "", err
	}
	capability := livekit.ClientInfo_CAP_PACKET_TRAILER.String()
	return query + "&" + capabilitiesParameter + "=" + url.QueryEscape(capability), nil
}
