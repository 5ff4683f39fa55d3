package stream

import (
	"context"

	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/internal/sdk"
)

// JoinContext returns a context for the join of a room that has not been joined
// yet. It is ctx, and a join with it tells the server that this program knows
// packet trailers, which LiveKit's Go SDK does not do by itself. Without it the
// server takes the [FrameMetadata] off the tracks that announce it.
//
//	room := lksdk.NewRoom(callback)
//	err := room.JoinWithContext(stream.JoinContext(ctx, room), url, info)
//
// What the SDK does afterwards, such as a reconnect, tells the server so too.
func JoinContext(ctx context.Context, room *lksdk.Room) context.Context {
	return sdk.JoinContext(ctx, room, nil, nil)
}
