package room

import (
	"context"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/sdk"
)

// closeTimeout limits how long leaving waits for the SDK.
const closeTimeout = 5 * time.Second

// farewellTimeout limits how long sending the leave message to the server may take.
const farewellTimeout = time.Second

// leave leaves a room that was joined, even while the SDK is busy, and waits until its media connections are closed.
func leave(joined *lksdk.Room, peers *peers, owner guard.Owner) error {
	peers.stop()
	// On a connection that is blocked, sending waits for ever, and Disconnect with it, until the connection is closed.
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

// closePeers closes the media connections, which the SDK would close only after it has finished what it is doing.
func closePeers(joined *lksdk.Room) {
	engine := sdk.EngineOfRoom(joined)
	if engine == nil {
		return
	}
	// Errors only concern parts that had failed before.
	if publisher, ok := engine.Publisher(); ok {
		_ = publisher.Close()
	}
	if subscriber, ok := engine.Subscriber(); ok {
		_ = subscriber.Close()
	}
}

// leaveAgain ends the session that the server has just given to an SDK which was reconnecting when it was told to
// leave.
func leaveAgain(joined *lksdk.Room) {
	if engine := sdk.EngineOfRoom(joined); engine != nil {
		_ = engine.SendLeaveWithReason(livekit.DisconnectReason_CLIENT_INITIATED) // otherwise the server notices by itself
	}
}
