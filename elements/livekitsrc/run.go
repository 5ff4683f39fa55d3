package livekitsrc

import (
	"errors"
	"io"
	"sync"

	"github.com/gst-livekit/gst-livekit/stream"
)

// run is what the element does between READY and READY: one VideoStream, one
// goroutine that says how it ended, and one that reports what happens in it.
type run struct {
	element  element
	tracks   *tracks
	report   *report
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

	r := &run{element: e, report: newReport(e, s), stopping: make(chan struct{})}
	r.tracks = newTracks(e, s, r.report)
	options := []stream.Option{
		stream.WithPad(e.pad()),
		stream.WithPaused(),
		stream.WithCapacity(s.capacity),
		stream.WithMaxPixels(s.maxPixels),
		stream.WithLatency(s.latency),
		stream.WithLogger(logger),
		stream.WithSizes(func(width, height int) { r.report.sized(size{int32(width), int32(height)}) }),
		stream.WithEncryptionKey(s.passphrase),
		stream.WithDecryptErrors(e.postDecryptError),
		stream.WithNoPicture(r.tracks.noPicture),
		stream.WithFirstPicture(&r.tracks.patience),
	}
	if s.format != nil {
		options = append(options, stream.WithFormat(*s.format))
	}
	var err error
	if r.stream, err = stream.New(r.tracks, options...); err != nil {
		r.report.stop()
		return nil, err
	}
	ownProcessors.started()
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
		r.element.postError(r.tracks.patience.explain(err))
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

// stop ends everything and waits for it. The pipeline hears nothing of it; the
// application is told that the track and the connection have ended.
func (r *run) stop() {
	r.report.ending()
	close(r.stopping)
	r.watching.Wait()
	r.stream.Close()
	r.report.stop()
	ownProcessors.stopped()
}
