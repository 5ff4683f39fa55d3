package subscriber

import "fmt"

// State is where a Room is between joining and leaving.
type State int

// The states of a Room.
const (
	// StateConnected means that the server lets us have what we ask for. After joining, Ready says when media can come.
	StateConnected State = iota
	// StateReconnecting means that the server was lost, or the path of media. Tracks may go on (the session is resumed) or end
	// (it is replaced).
	StateReconnecting
	// StateEnded is final. Err says why.
	StateEnded
)

func (s State) String() string {
	switch s {
	case StateConnected:
		return "connected"
	case StateReconnecting:
		return "reconnecting"
	case StateEnded:
		return "ended"
	}
	return fmt.Sprintf("State(%d)", int(s))
}
