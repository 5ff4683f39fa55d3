package engine

import (
	"sync"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/assemble/video"
	"github.com/gst-livekit/gst-livekit/internal/chain"
)

const (
	// maxOutputs limits the outputs whose frames wait for a reader.
	maxOutputs = 3
	// unitsInDecoder is more than the units that a chain can hold before it produces a frame.
	unitsInDecoder = 256
)

// output is one chain of a stream, and what is known about the units in it. A stream needs a new one when the codec
// changes, when a decoder does not work, and when downstream of an element changes between raw and encoded video.
type output struct {
	codec caps.Codec
	chain *chain.Chain
	pad   bool // nobody reads its frames

	mu     sync.Mutex // held while a unit or gap is pushed, so that its frame cannot come out before it is recorded
	pushed time.Time  // up to when the stream has content: when the last unit is shown, or the last gap ended
	units  units
	offset time.Duration // CLOCK_MONOTONIC minus presentation time, for the last frame
}

func newOutput(codec caps.Codec, c *chain.Chain, pad bool, capacity int) *output {
	o := &output{codec: codec, chain: c, pad: pad}
	if capacity > 0 {
		o.units.limit = capacity + unitsInDecoder
	}
	return o
}

// push sends a unit to the decoder.
func (o *output) push(au *video.AccessUnit, discont, outruns bool) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if au.Width > 0 {
		o.chain.SetSize(au.Width, au.Height)
	}
	metadata := au.Metadata.Clone()
	pts, err := o.chain.Push(chain.Unit{
		Data:        au.Data,
		Due:         au.PTS,
		Decode:      au.DTS,
		KeyFrame:    au.KeyFrame,
		Discont:     discont,
		Outruns:     outruns,
		CaptureTime: au.CaptureTime,
		Rotation:    au.Rotation,
		Colorimetry: au.Colorimetry,
		Metadata:    metadata,
	})
	if err != nil {
		return err
	}
	if au.PTS.After(o.pushed) {
		o.pushed = au.PTS
	}
	if o.pad {
		return nil
	}
	o.units.add(unit{pts: pts, monotonic: o.chain.Monotonic(au.PTS), info: Info{
		Rotation:     au.Rotation,
		Metadata:     metadata,
		RTPTimestamp: au.RTPTimestamp,
		CaptureTime:  au.CaptureTime,
		ReceivedAt:   au.ReceivedAt,
	}})
	return nil
}

// frame adds to a frame what is known about it. The frame is not shown before earliest.
func (o *output) frame(frame chain.Frame, earliest time.Duration) Frame {
	o.mu.Lock()
	u, ok := o.units.take(frame.PTS)
	if ok {
		o.offset = u.monotonic - u.pts
	} else {
		u.monotonic = frame.PTS + o.offset
	}
	o.mu.Unlock()
	return Frame{Frame: frame, Info: u.info, Monotonic: max(u.monotonic, earliest)}
}

// gap pushes a gap up to now, if nothing was pushed for longer than quiet.
func (o *output) gap(now time.Time, quiet time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.pushed.IsZero() || now.Sub(o.pushed) <= quiet {
		return
	}
	o.chain.Gap(o.pushed, now)
	o.pushed = now
}

func (s *Stream) firstOutput() *output {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.outputs) == 0 {
		return nil
	}
	return s.outputs[0]
}

// wakeReader makes a waiting reader notice that it was interrupted. A reader that gets an output later checks for that
// itself.
func (s *Stream) wakeReader() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, out := range s.outputs {
		out.chain.Wake()
	}
}

func (s *Stream) lastOutput() *output {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.outputs) == 0 {
		return nil
	}
	return s.outputs[len(s.outputs)-1]
}

// retire ends an output that gets no more units. A reader still reads its remaining frames. An element's pad can show
// only one output and continues with the next, at later times. Only the feed calls it.
func (s *Stream) retire(out *output) {
	if s.config.Pad == nil {
		out.chain.End()
		return
	}
	s.after = out.chain.Last()
	s.dropOutput(out)
}

// addOutput appends an output. If a reader leaves too many unread, the oldest one that it is not reading from is
// dropped.
func (s *Stream) addOutput(out *output) {
	var surplus *output
	s.mu.Lock()
	s.outputs = append(s.outputs, out)
	if len(s.outputs) > maxOutputs {
		surplus = s.outputs[1]
		s.removeOutput(surplus)
	}
	s.mu.Unlock()
	if surplus != nil {
		surplus.chain.Close()
	}
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

// dropOutput removes an output and closes it. s.mu must not be held: closing waits for threads that may be about to
// lock it.
func (s *Stream) dropOutput(out *output) {
	s.mu.Lock()
	s.removeOutput(out)
	s.mu.Unlock()
	out.chain.Close()
}

// removeOutput requires s.mu.
func (s *Stream) removeOutput(out *output) {
	for i, o := range s.outputs {
		if o == out {
			s.outputs = append(s.outputs[:i:i], s.outputs[i+1:]...)
			decoded, dropped := out.chain.Counts()
			s.gone.Decoded += decoded
			s.gone.DroppedDecoded += dropped
			s.dropped.undecoded.Add(out.chain.Outrun())
			return
		}
	}
}
