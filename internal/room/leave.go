package room

import (
	"context"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"
)

// closeTimeout bounds how long leaving waits for the SDK.
const closeTimeout = 5 * time.Second

// leave leaves the SDK's room, whatever it is busy with, and returns when its media connections are gone.
func leave(sdk *lksdk.Room, peers *peers) error {
	peers.stop()
	sdk.Disconnect()
	closePeers(sdk)
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	return peers.wait(ctx)
}

// closePeers closes the media connections that the SDK would close when it has finished what it is doing.
func closePeers(sdk *lksdk.Room) {
	engine := engineOfRoom(sdk)
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
func leaveAgain(sdk *lksdk.Room) {
	if engine := engineOfRoom(sdk); engine != nil {
		_ = engine.SendLeaveWithReason(livekit.DisconnectReason_CLIENT_INITIATED) // the server finds out by itself
	}
}
