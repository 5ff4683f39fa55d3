// Package pipeline has what the examples that build pipelines do with each of them: set properties, and play until the end.
package pipeline

import (
	"context"
	"log"

	"github.com/go-gst/go-gst/gst"
)

// Container is a pipeline or a bin.
type Container interface {
	GetElementByName(name string) (*gst.Element, error)
}

// Set sets properties of an element in a pipeline or a bin, and returns the element. A value that is set this way needs no quoting; in
// the text of a pipeline it would.
func Set(in Container, name string, properties map[string]any) (*gst.Element, error) {
	element, err := in.GetElementByName(name)
	if err != nil {
		return nil, err
	}
	for property, value := range properties {
		if err := element.SetProperty(property, value); err != nil {
			return nil, err
		}
	}
	return element, nil
}

// Play plays the pipeline until its end, an error, or the end of ctx, which lets a muxer finish its file. The caller sets the pipeline to
// NULL afterwards.
func Play(ctx context.Context, pipeline *gst.Pipeline) error {
	started := pipeline.SetState(gst.StatePlaying)
	defer context.AfterFunc(ctx, func() { pipeline.SendEvent(gst.NewEOSEvent()) })()

	bus := pipeline.GetPipelineBus()
	for {
		timeout := gst.ClockTimeNone
		if started != nil {
			timeout = 0 // nothing more will come than what is on the bus
		}
		message := bus.TimedPop(timeout)
		if message == nil {
			return started
		}
		switch message.Type() {
		case gst.MessageEOS:
			return nil
		case gst.MessageError:
			return message.ParseError()
		case gst.MessageWarning:
			log.Print(message.ParseWarning())
		case gst.MessageLatency:
			pipeline.RecalculateLatency()
		default: // other messages do not matter here
		}
	}
}
