package room

import "fmt"

// State is the state of a Connection.
type State int

// The states of a Connection, in the order in which they are first reached.
const (
	StateNew State = iota
	StateConnecting
	StateConnected
	// StateReconnecting means that the connection to the server was lost. Tracks may continue (if the session is resumed)
	// or end (if it is replaced).
	StateReconnecting
	// StateClosed is final: we left, or the server ended the session; see Err.
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
