package playout

import (
	"time"

	"github.com/gst-livekit/gst-livekit/internal/assemble/audio"
)

// Kind is what a Piece is made of.
type Kind int

// The kinds of pieces.
const (
	Sound     Kind = iota // what the publisher sent
	Concealed             // made up, because packets were late or lost
	Silent                // made up, because the publisher sent nothing
	Gap                   // nothing: only a time without sound
)

// Piece is a piece of the stream. It is valid until Take returns.
type Piece struct {
	Kind     Kind
	PTS      time.Duration
	Duration time.Duration
	Samples  []int16      // interleaved; empty if the stream is not decoded, and for a Gap
	Packet   []byte       // a packet of the codec; empty if the stream is decoded, and for a Gap
	Frame    *audio.Frame // what it was made of; nil unless it is Sound
	Discont  bool         // it does not continue the piece before it
}

// Taker takes the pieces.
type Taker interface {
	Take(p *Piece) error
}

// Silence says what is made up for a time without sound.
type Silence int

// The choices.
const (
	None   Silence = iota // nothing
	Gaps                  // Gap pieces
	Always                // silent samples or packets
)
