package stream

import (
	"context"

	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/internal/sdk"
)

// JoinContext returns a context, derived from ctx, for joining a room. A join with
// it tells the server that this program supports packet trailers, which LiveKit's
// Go SDK does not do itself. Otherwise the server removes the [FrameMetadata] from
// tracks that announce it. The room must not have been joined yet.
//
//	room := lksdk.NewRoom(callback)
//	err := room.JoinWithContext(stream.JoinContext(ctx, room), url, info)
//
// Later connections of the SDK, such as a reconnect, tell the server so too.
func JoinContext(ctx context.Context, room *lksdk.Room) context.Context {
	return sdk.JoinContext(ctx, room)
}
