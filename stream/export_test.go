package stream

import "time"

// WithSilenceTime sets after how long without a picture something is said.
func WithSilenceTime(d time.Duration) Option { return func(c *config) { c.silence = d } }
