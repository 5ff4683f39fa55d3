package livekitsrc

import (
	"errors"
	"io"
	"sync"

	"github.com/gst-livekit/gst-livekit/internal/engine"
	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// run is what the element does between READY and READY: one stream, one
// goroutine that says how it ended, and one that reports what happens in it.
type run struct {
	element  element
	tracks   *tracks
	report   *report
	stream   *engine.Stream
	demand   *demand
	watching sync.WaitGroup
	stopping chan struct{} // closed by stop
	left     []func()      // to be done by stop
}

// startRun checks the settings and starts connecting. It does not wait for the
// server.
func startRun(e element, s settings) (*run, error) {
	logger := e.logger()
	silenceSDK()
	s.room.Logger = e.roomLogger(s.shared)
	if err := s.room.Validate(); err != nil {
		return nil, err
	}

	r := &run{element: e, report: newReport(e, s), stopping: make(chan struct{})}
	r.tracks = newTracks(e, s, r.report)
	pad := e.pad()
	var err error
	r.stream, err = engine.New(r.tracks, engine.Config{
		Format:         s.format,
		Capacity:       s.capacity,
		Latency:        s.latency,
		Pad:            &pad,
		Paused:         true,
		MaxPixels:      s.maxPixels,
		UndecodableEnd: s.onTrackLost == lostError,
		Passphrase:     s.passphrase,
		Encryption:     s.encryption,
		OnDecryptError: e.postDecryptError,
		OnSize:         func(width, height int) { r.report.sized(size{int32(width), int32(height)}) },
		OnEnd:          r.ended,
		OnNoPicture:    r.tracks.noPicture,
		FirstPicture:   &r.tracks.patience,
		Logger:         logger,
	})
	if err != nil {
		r.report.stop()
		return nil, err
	}
	load := ownProcessors.add()
	r.demand = newDemand(e, r.stream, s.layer, load)
	r.left = []func(){
		r.report.ending, func() { close(r.stopping) }, r.watching.Wait, func() { _ = r.stream.Close() },
		r.demand.pad.Watch(e, r.demand.poke), r.report.stop, load.remove,
	}
	guard.Go(&r.watching, "livekitsrc: watch", e, r.watch)
	guard.Go(&r.watching, "livekitsrc: follow", e, r.follow)
	return r, nil
}

// ended tells the pipeline why the stream ends, before it ends.
func (r *run) ended(err error) {
	select {
	case <-r.stopping: // nobody wants to know what goes wrong because of that
		return
	default:
	}
	if !errors.Is(err, io.EOF) {
		r.element.postError(r.tracks.patience.explain(err))
	}
}

// watch waits for the end of the stream. EOS comes from the decoder, after its last
// frame; without a decoder it is pushed here.
func (r *run) watch() {
	select {
	case <-r.stream.Done():
	case <-r.stopping:
		return
	}
	if !r.stream.Started() {
		r.element.pushEOS()
	}
}

// follow lets the server send what downstream wants.
func (r *run) follow() { r.demand.run(r.stopping) }

// stop ends everything and waits for it. The pipeline hears nothing of it; the
// application is told that the track and the connection have ended. When something of
// it has panicked, another call does the rest.
func (r *run) stop() {
	for len(r.left) > 0 {
		next := r.left[0]
		r.left = r.left[1:]
		next()
	}
}
