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

// A server takes the metadata of frames (packet trailers) off the tracks that announce it, for subscribers that do not say
// that they know it. livekit-client says so with the query parameter of this name, and the SDK has no way to.
const capabilitiesParameter = "capabilities"

// JoinContext returns ctx for a join of room, so that this join and its reconnects say that we know packet trailers.
// beforeDial, which may be nil, is called each time before the SDK dials, and may wait. owner gets their panics.
func JoinContext(ctx context.Context, room *lksdk.Room, beforeDial func(resumes bool), owner guard.Owner) context.Context {
	return &capableContext{ctx, EngineOfRoom(room), beforeDial, owner}
}

// IsCapable reports whether the connection of a room says so.
func IsCapable(room *lksdk.Room) bool {
	s := signallingOf(EngineOfRoom(room))
	if s == nil {
		return false
	}
	_, ok := (*s).(capableSignalling)
	return ok
}

// capableContext is the context of a join. The SDK makes the object that puts together the query of its address inside
// Join, and asks whether the context has ended before it uses it: that is the moment to add to the query.
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

// capableSignalling says in every join and reconnect that we know packet trailers. Being asked right before the SDK dials, it
// is also the place to have it wait.
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
