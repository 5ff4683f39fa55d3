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
// packet trailers.
func JoinContext(ctx context.Context, room *lksdk.Room) context.Context {
	return &capableContext{ctx, EngineOfRoom(room)}
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
	engine *lksdk.RTCEngine
}

func (c *capableContext) Err() error {
	guard.Do("sdk: join query", nil, func() {
		if s := signallingOf(c.engine); s != nil {
			if _, done := (*s).(capableSignalling); !done {
				*s = capableSignalling{*s}
			}
		}
	})
	return c.Context.Err()
}

// capableSignalling announces support for packet trailers in each join and reconnect.
type capableSignalling struct{ signalling.Signalling }

// ConnectQueryParams implements signalling.Signalling.
func (s capableSignalling) ConnectQueryParams(
	version string, protocol int, params *signalling.ConnectParams, tracks []*livekit.AddTrackRequest,
	offer webrtc.SessionDescription, sid string,
) (string, error) {
	query, err := s.Signalling.ConnectQueryParams(version, protocol, params, tracks, offer, sid)
	if err != nil {
		return "", err
	}
	guard.Do("sdk: capabilities", nil, func() {
		capability := livekit.ClientInfo_CAP_PACKET_TRAILER.String()
		query += "&" + capabilitiesParameter + "=" + url.QueryEscape(capability)
	})
	return query, nil
}
