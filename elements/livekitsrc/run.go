package livekitsrc

import (
	"errors"
	"io"
	"sync"

	"github.com/gst-livekit/gst-livekit/stream"
)

// run is what the element does between READY and READY: one VideoStream, and one
// goroutine that says how it ended.
type run struct {
	element  element
	tracks   *tracks
	stream   *stream.VideoStream
	demand   *demand
	watching sync.WaitGroup
	stopping chan struct{} // closed by stop
}

// startRun checks the settings and starts connecting. It does not wait for the
// server.
func startRun(e element, s settings) (*run, error) {
	logger := e.logger()
	silenceSDK()
	s.room.Logger = logger
	if err := s.room.Validate(); err != nil {
		return nil, err
	}

	r := &run{element: e, tracks: newTracks(e, s), stopping: make(chan struct{})}
	options := []stream.Option{
		stream.WithPad(e.pad()),
		stream.WithPaused(),
		stream.WithCapacity(s.capacity),
		stream.WithLatency(s.latency),
		stream.WithLogger(logger),
	}
	if s.format != nil {
		options = append(options, stream.WithFormat(*s.format))
	}
	var err error
	if r.stream, err = stream.New(r.tracks, options...); err != nil {
		return nil, err
	}
	r.demand = newDemand(e, r.stream, s.layer)
	r.watching.Go(r.watch)
	r.watching.Go(r.follow)
	return r, nil
}

// watch waits for the end of the stream and tells the pipeline. EOS itself comes
// from the decoder, after its last frame; without a decoder it is pushed here.
func (r *run) watch() {
	defer r.element.recoverPanic()
	select {
	case <-r.stream.Done():
	case <-r.stopping:
		return
	}
	if err := r.stream.Err(); !errors.Is(err, io.EOF) {
		r.element.postError(err)
	}
	if !r.stream.Started() {
		r.element.pushEOS()
	}
}

// follow lets the server send what downstream wants.
func (r *run) follow() {
	defer r.element.recoverPanic()
	r.demand.run(r.stopping)
}

// stop ends everything and waits for it. The pipeline hears nothing of it.
func (r *run) stop() {
	close(r.stopping)
	r.watching.Wait()
	r.stream.Close()
}
