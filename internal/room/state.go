package room

import "fmt"

// State is where a Connection is between joining and leaving.
type State int

// The states of a Connection, in the order in which they are first reached.
const (
	StateNew State = iota
	StateConnecting
	StateConnected
	// StateReconnecting means that the server was lost. Tracks may go on (the session is resumed) or end (it is replaced).
	StateReconnecting
	// StateClosed is final: we left, or the server ended the session. Err says which.
	StateClosed
)

func (s State) String() string {
	switch s {
	case StateNew:
		return "new"
	case StateConnecting:
		return "connecting"
	case StateConnected:
		return "connected"
	case StateReconnecting:
		return "reconnecting"
	case StateClosed:
		return "closed"
	}
	return fmt.Sprintf("State(%d)", int(s))
}
