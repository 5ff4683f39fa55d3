package stream

import (
	"time"

	"github.com/gst-livekit/gst-livekit/internal/chain"
)

// WithSilenceTime sets after how long without a picture something is said.
func WithSilenceTime(d time.Duration) Option {
	return videoOption(func(c *config) { c.engine.SilenceTime = d })
}

// WithPad sends frames out of an element's pad instead of to Next, as the element does.
func WithPad(pad chain.Pad) Option { return videoOption(func(c *config) { c.engine.Pad = &pad }) }

// Started reports whether EOS comes out of the pad.
func (s *VideoStream) Started() bool { return s.engine.Started() }
