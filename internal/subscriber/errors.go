package subscriber

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/internal/signal"
)

var (
	// ErrClosed is why a Room has ended that was closed.
	ErrClosed = errors.New("the room was left")
	// ErrMedia is why a Room has ended whose media connection did not come about.
	ErrMedia = errors.New("the media connection to the server failed")

	// ErrCannotSubscribe is for a token that allows joining, and not receiving.
	ErrCannotSubscribe = errors.New("the token does not allow subscribing")

	errNotResumed  = errors.New("the server does not resume the session")
	errOtherServer = errors.New("the session was resumed by a server with another certificate")
	// errGivenUp is what a try ends with that Hurry has ended. It is no reason for anything.
	errGivenUp = errors.New("the try was given up for another one")
)

// LeftError says that the server has ended our part in a room, and how it wants us to go on.
type LeftError struct {
	Reason livekit.DisconnectReason
	Action livekit.LeaveRequest_Action
}

func (e *LeftError) Error() string {
	return fmt.Sprintf("the server has ended the session: %s (%s)", e.Reason, e.Action)
}

func leftError(leave *livekit.LeaveRequest) *LeftError {
	e := &LeftError{Reason: leave.GetReason(), Action: leave.GetAction()}
	// Servers of before protocol 13 know no actions.
	if e.Action == livekit.LeaveRequest_DISCONNECT && leave.GetCanReconnect() {
		e.Action = livekit.LeaveRequest_RECONNECT
	}
	return e
}

// isFinal reports whether we are not to come back. Some reasons are somebody's decision about us, whatever the action: who is
// replaced by a participant of the same name and came back would replace that one.
func (e *LeftError) isFinal() bool {
	switch e.Reason { //nolint:exhaustive // the others are troubles of the server, and the action says what to do
	case livekit.DisconnectReason_CLIENT_INITIATED, livekit.DisconnectReason_DUPLICATE_IDENTITY,
		livekit.DisconnectReason_PARTICIPANT_REMOVED, livekit.DisconnectReason_ROOM_DELETED, livekit.DisconnectReason_ROOM_CLOSED:
		return true
	}
	return e.Action == livekit.LeaveRequest_DISCONNECT
}

// isRefusal reports whether a server that was asked to resume a session does not, and would not when it is asked again.
func isRefusal(err error) bool {
	var refused *signal.RefusedError
	var left *LeftError
	switch {
	case errors.As(err, &refused):
		return refused.Status < http.StatusInternalServerError && refused.Status != http.StatusTooManyRequests
	case errors.As(err, &left):
		return left.Action != livekit.LeaveRequest_RESUME
	}
	return errors.Is(err, errNotResumed)
}

// isFinal reports whether a server that was asked to let us in will not.
func isFinal(err error) bool {
	var refused *signal.RefusedError
	var left *LeftError
	switch {
	case errors.As(err, &left):
		return left.isFinal()
	case errors.As(err, &refused):
		return refused.Unauthorized()
	}
	return errors.Is(err, errTooMany) || errors.Is(err, ErrCannotSubscribe)
}
