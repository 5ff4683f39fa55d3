package livekitsrc

import (
	"image"
	"sync"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/elements/internal/base"
	"github.com/gst-livekit/gst-livekit/internal/chain"
	"github.com/gst-livekit/gst-livekit/internal/engine"
)

// The pad is looked at again and again: nothing tells that it was blocked or unblocked, nor that the publisher has
// announced other layers. Each look wakes the process, so it is rare while data flows.
const (
	openPoll    = time.Second
	blockedPoll = 100 * time.Millisecond // somebody waits for the picture
)

// demand asks the server for what the rest of the pipeline wants, as it changes: the
// layer that the caps downstream ask for, unless the user has said one, and nothing
// while nobody takes it.
type demand struct {
	element base.Element
	pad     chain.Pad
	stream  *engine.Stream
	changed chan struct{} // one token

	mu     sync.Mutex
	chosen caps.Layer // by the user's properties
}

func newDemand(e base.Element, s *engine.Stream, chosen caps.Layer) *demand {
	return &demand{element: e, pad: e.Pad(), stream: s, chosen: chosen, changed: make(chan struct{}, 1)}
}

// choose sets what the user's properties say.
func (d *demand) choose(layer caps.Layer) {
	d.mu.Lock()
	d.chosen = layer
	d.mu.Unlock()
	d.poke()
}

// poke says that something has changed. It does not block.
func (d *demand) poke() {
	select {
	case d.changed <- struct{}{}:
	default:
	}
}

// run follows what is wanted until stop is closed.
func (d *demand) run(stop <-chan struct{}) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	size := image.Pt(d.pad.Size())
	for {
		select {
		case <-d.changed:
			size = image.Pt(d.pad.Size())
		case <-timer.C:
		case <-stop:
			return
		}
		layer := d.wanted(size)
		d.ask(layer)
		next := openPoll
		if layer.Paused {
			next = blockedPoll
		}
		timer.Reset(next)
	}
}

// wanted is what to ask for.
func (d *demand) wanted(size image.Point) caps.Layer {
	d.mu.Lock()
	layer := d.chosen
	d.mu.Unlock()
	layer.Width, layer.Height = size.X, size.Y
	layer.Paused = !d.pad.IsOpen()
	return layer
}

// ask tells the stream, which passes on what is new.
func (d *demand) ask(layer caps.Layer) {
	if err := d.stream.SetLayer(layer); err != nil {
		d.element.Logger().Warn("layer not asked for", "error", err)
	}
}
