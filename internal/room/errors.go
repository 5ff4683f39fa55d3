package room

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/livekit/protocol/livekit"
)

// Every error of this package is a sentence for the user of the program, and none contains a token or a key.

var (
	// ErrClosed is the error of a Selector or a Connection after its own Close.
	ErrClosed = errors.New("room: closed")

	// ErrRoomClosed is an ordinary end: the application closed the room of the participant that it gave us. It unwraps to
	// io.EOF.
	ErrRoomClosed = fmt.Errorf("the room was closed: %w", io.EOF)

	// ErrCannotSubscribe is wrapped by an *UnauthorizedError if the token allows joining but not subscribing.
	ErrCannotSubscribe = errors.New("the token does not allow subscribing")

	errConcurrentNext = errors.New("room: Next is for one goroutine at a time")
)

// SettingsError says that a setting is missing or contradicts another one, so that no attempt was made.
type SettingsError struct {
	Setting string // the element's property, such as "room" or "url"
	Problem string
}

func (e *SettingsError) Error() string { return e.Problem }

// UnauthorizedError says that the server does not accept the token, or that the token does not allow what is needed.
type UnauthorizedError struct {
	Reason string
	Err    error // ErrCannotSubscribe, or nil
}

func (e *UnauthorizedError) Error() string { return "not authorized: " + e.Reason }

func (e *UnauthorizedError) Unwrap() error { return e.Err }

// UnreachableError says that no LiveKit server could be reached.
type UnreachableError struct {
	URL string // without user information
	Err error
}

func (e *UnreachableError) Error() string {
	return fmt.Sprintf("cannot reach a LiveKit server at %s: %v", e.URL, e.Err)
}

func (e *UnreachableError) Unwrap() error { return e.Err }

// TimeoutError says that the join did not complete within Config.ConnectTimeout.
type TimeoutError struct {
	URL   string // without user information
	After time.Duration
	Stage string // what the join was waiting for
}

func (e *TimeoutError) Error() string {
	return fmt.Sprintf("no connection to %s within %v: %s", e.URL, e.After, e.Stage)
}

// Timeout implements net.Error.
func (e *TimeoutError) Timeout() bool { return true }

// RefusedError says that the server refused the join for a reason other than the token.
type RefusedError struct {
	URL    string // without user information
	Room   string
	Reason string
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("%s does not let us into room %q: %s", e.URL, e.Room, e.Reason)
}

// ParticipantLeftError is an ordinary end: the participant that a Selector followed left the room. It unwraps to
// io.EOF. The Selector can still be used: Next waits for the participant to come back, or for another one if Criteria
// names none.
type ParticipantLeftError struct {
	Identity string
}

func (e *ParticipantLeftError) Error() string {
	return fmt.Sprintf("participant %q left the room", e.Identity)
}

func (e *ParticipantLeftError) Unwrap() error { return io.EOF }

// DisconnectedError says why the server ended a Connection.
type DisconnectedError struct {
	Room   string
	Reason livekit.DisconnectReason
	Err    error // what the last attempt to come back ended with, or nil
}

func (e *DisconnectedError) Error() string {
	sentence := fmt.Sprintf("disconnected from room %q: %s", e.Room, disconnectSentence(e.Reason))
	if e.Err != nil {
		sentence += ": " + e.Err.Error()
	}
	return sentence
}

func (e *DisconnectedError) Unwrap() error { return e.Err }

// Ended reports whether somebody deliberately ended the room or our participation.
func (e *DisconnectedError) Ended() bool {
	//nolint:exhaustive // the others are failures, or caused by another participant
	switch e.Reason {
	case livekit.DisconnectReason_PARTICIPANT_REMOVED, livekit.DisconnectReason_ROOM_DELETED,
		livekit.DisconnectReason_ROOM_CLOSED:
		return true
	}
	return false
}

func disconnectSentence(reason livekit.DisconnectReason) string {
	//nolint:exhaustive // the others are worded by their own name
	switch reason {
	case livekit.DisconnectReason_DUPLICATE_IDENTITY:
		return "another participant joined with our identity"
	case livekit.DisconnectReason_SERVER_SHUTDOWN:
		return "the server is shutting down"
	case livekit.DisconnectReason_PARTICIPANT_REMOVED:
		return "we were removed from the room"
	case livekit.DisconnectReason_ROOM_DELETED:
		return "the room was deleted"
	case livekit.DisconnectReason_ROOM_CLOSED:
		return "the room was closed"
	case livekit.DisconnectReason_SIGNAL_CLOSE:
		return "the server was lost and did not come back"
	case livekit.DisconnectReason_STATE_MISMATCH:
		return "the server could not resume the session"
	case livekit.DisconnectReason_JOIN_FAILURE:
		return "the server could not complete the join"
	case livekit.DisconnectReason_MIGRATION:
		return "the session was moved to another server"
	case livekit.DisconnectReason_CONNECTION_TIMEOUT:
		return "the media connection timed out"
	case livekit.DisconnectReason_MEDIA_FAILURE:
		return "the media connection failed"
	case livekit.DisconnectReason_UNKNOWN_REASON:
		return "the server gave no reason"
	}
	return reason.String()
}
