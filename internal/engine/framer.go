package engine

import (
	"time"

	"github.com/gst-livekit/gst-livekit/internal/chain"
	"github.com/gst-livekit/gst-livekit/internal/playout"
	"github.com/gst-livekit/gst-livekit/internal/sound"
)

// contiguous is how far apart two pieces may be without a jump between them: what a resampler keeps to itself, at most.
const contiguous = time.Millisecond

// framer cuts pieces of sound into frames of one length.
type framer struct {
	// put takes a frame, and gives memory for another one if it has some.
	put       func(SoundFrame) (spare []int16)
	rate      int
	channels  int
	size      int   // samples of a frame, in all channels
	clockRate int64 // of the RTP timestamps

	begun        bool
	begin        time.Duration // where the present run of frames begins, on CLOCK_MONOTONIC
	count        int64         // samples of each channel in the frames since then
	monotonic    time.Duration // CLOCK_MONOTONIC minus the time of a piece
	rtpTimestamp uint32        // of the next sample
	open         SoundFrame    // that is being filled
	spare        []int16
}

// newFramer returns a framer of pieces whose times are relative to an epoch.
func newFramer(config *SoundConfig, epoch time.Time, put func(SoundFrame) (spare []int16)) framer {
	perFrame := int(int64(config.SampleRate) * int64(config.FrameDuration) / int64(time.Second))
	return framer{
		put: put, rate: config.SampleRate, channels: config.Channels, size: perFrame * config.Channels,
		monotonic: chain.Monotonic(epoch),
	}
}

// next returns when the next sample is due.
func (c *framer) next() time.Duration {
	return c.begin + sound.Length(c.count+int64(len(c.open.Samples)/c.channels), c.rate)
}

// jump says that the next piece is due at another time than where the last one ended. It returns false if that is not so.
// The frame that is being filled gets silence, to its end or, if that comes first, up to the piece.
func (c *framer) jump(pts time.Duration) bool {
	pts += c.monotonic
	if !c.begun {
		c.begun, c.begin = true, pts
		return true
	}
	gap := pts - c.next()
	if gap <= contiguous {
		return false
	}
	silence := int(int64(min(gap, maxFrame))*int64(c.rate)/int64(time.Second)) * c.channels // after a pause of days, too
	if left := c.size - len(c.open.Samples); len(c.open.Samples) > 0 && silence < left {
		c.open.Samples = append(c.open.Samples, make([]int16, silence)...)
		return true
	}
	c.end()
	c.begin, c.count = pts, 0
	return true
}

// end completes the frame that is being filled with silence.
func (c *framer) end() {
	if n := len(c.open.Samples); n > 0 {
		c.open.Samples = c.open.Samples[:c.size]
		clear(c.open.Samples[n:])
		c.give()
	}
}

// take takes the samples of a piece.
func (c *framer) take(p *playout.Piece, samples []int16) {
	if p.Frame != nil { // its end is what the samples have; its beginning may be cut off
		c.rtpTimestamp = p.Frame.RTPTimestamp + c.ticks(p.Frame.Duration-c.lengthOf(samples))
	}
	silent := p.Kind == playout.Silent || p.Frame != nil && p.Frame.Silent
	for len(samples) > 0 {
		if len(c.open.Samples) == 0 {
			c.start()
		}
		if p.Frame != nil && c.open.ReceivedAt.IsZero() {
			c.open.ReceivedAt = p.Frame.ReceivedAt
			if !p.Frame.CaptureTime.IsZero() {
				at := p.Frame.Duration - c.lengthOf(samples) - c.lengthOf(c.open.Samples)
				c.open.CaptureTime = p.Frame.CaptureTime.Add(at)
			}
		}
		n := min(c.size-len(c.open.Samples), len(samples))
		c.rtpTimestamp += c.ticks(c.lengthOf(samples[:n]))
		c.open.Samples = append(c.open.Samples, samples[:n]...)
		c.open.Concealed = c.open.Concealed || p.Kind == playout.Concealed
		c.open.Silence = c.open.Silence && silent
		samples = samples[n:]
		if len(c.open.Samples) == c.size {
			c.give()
		}
	}
}

// start begins a frame.
func (c *framer) start() {
	memory := c.spare
	if c.spare = nil; cap(memory) < c.size {
		memory = make([]int16, 0, c.size)
	}
	c.open = SoundFrame{Samples: memory, PTS: c.next(), RTPTimestamp: c.rtpTimestamp, Silence: true}
}

// give gives the frame that is full.
func (c *framer) give() {
	c.spare = c.put(c.open)
	c.count += int64(c.size / c.channels)
	c.open = SoundFrame{}
}

func (c *framer) lengthOf(samples []int16) time.Duration {
	return sound.Length(int64(len(samples)/c.channels), c.rate)
}

// ticks returns a time in units of the RTP timestamps.
func (c *framer) ticks(d time.Duration) uint32 {
	return uint32(int64(d) * c.clockRate / int64(time.Second))
}
