package subscriber

import (
	"errors"
	"fmt"

	"github.com/livekit/protocol/livekit"
)

var (
	// ErrClosed is why a Room has ended that was closed.
	ErrClosed = errors.New("the room was left")
	// ErrMedia is why a Room has ended whose media connection did not come about, or was lost.
	ErrMedia = errors.New("the media connection to the server failed")
)

// LeftError says that the server has ended our part in a room, and how it wants us to go on.
type LeftError struct {
	Reason livekit.DisconnectReason
	Action livekit.LeaveRequest_Action
}

func (e *LeftError) Error() string {
	return fmt.Sprintf("the server has ended the session: %s (%s)", e.Reason, e.Action)
}
