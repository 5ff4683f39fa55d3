package room

import (
	"context"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/sdk"
)

// closeTimeout bounds how long leaving waits for the SDK.
const closeTimeout = 5 * time.Second

// farewellTimeout bounds how long the server may take to be told that we leave.
const farewellTimeout = time.Second

// leave leaves a room that was joined, whatever it is busy with, and returns when its media connections are gone.
func leave(joined *lksdk.Room, peers *peers, owner guard.Owner) error {
	peers.stop()
	// What is sent waits for ever on a connection that stands still, and Disconnect with it, until that is closed.
	standstill := time.AfterFunc(farewellTimeout, guard.Func("room: leave without a word", owner, func() {
		if engine := sdk.EngineOfRoom(joined); engine != nil {
			engine.Close()
		}
	}))
	joined.Disconnect()
	standstill.Stop()
	closePeers(joined)
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	return peers.wait(ctx)
}

// closePeers closes the media connections that the SDK would close when it has finished what it is doing.
func closePeers(joined *lksdk.Room) {
	engine := sdk.EngineOfRoom(joined)
	if engine == nil {
		return
	}
	// Errors are about parts that had failed before.
	if publisher, ok := engine.Publisher(); ok {
		_ = publisher.Close()
	}
	if subscriber, ok := engine.Subscriber(); ok {
		_ = subscriber.Close()
	}
}

// leaveAgain tells the server that we do not want the session which it has just given to an SDK that was reconnecting when
// it was told to leave.
func leaveAgain(joined *lksdk.Room) {
	if engine := sdk.EngineOfRoom(joined); engine != nil {
		_ = engine.SendLeaveWithReason(livekit.DisconnectReason_CLIENT_INITIATED) // the server finds out by itself
	}
}
