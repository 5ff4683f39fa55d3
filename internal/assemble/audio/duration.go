package audio

import (
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
)

// measure returns the duration of a frame, and whether it says that there is silence. ok is false if a decoder would not
// take it.
func measure(codec caps.Codec, data []byte) (duration time.Duration, silent, ok bool) {
	if codec == caps.Opus {
		return readOpus(data)
	}
	// G.711 has one byte for each sample.
	return time.Duration(len(data)) * time.Second / time.Duration(codec.ClockRate()), false, len(data) > 0
}
