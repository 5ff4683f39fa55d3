package base

/*
#include "border.h"
*/
import "C"

import (
	"errors"
	"io"
	"sync"
	"time"
	"unsafe"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// Run is what the element does between READY and READY: one stream, one
// goroutine that says how it ended, and one that reports what happens in it.
type Run struct {
	element  Element
	tracks   *tracks
	report   *report
	stream   Stream
	media    caps.Kind
	medium   Medium
	watching sync.WaitGroup
	stopping chan struct{} // closed by stop
	left     []func()      // to be done by stop
}

// startRun checks the settings and starts connecting. It does not wait for the
// server.
func startRun(e Element, kind Kind, c *C.GstLivekitSettings) (*Run, error) {
	r := &Run{element: e, media: kind.Media(), stopping: make(chan struct{})}
	s := newSettings(r.media, c)
	s.room.Logger = e.roomLogger(s.shared)
	r.medium = kind.NewMedium(r, unsafe.Pointer(c))
	r.medium.Join(&s.room)
	if err := s.room.Validate(); err != nil {
		return nil, err
	}

	r.report = newReport(e, s)
	r.tracks = newTracks(e, s, r.report)
	var err error
	r.stream, err = r.medium.Open(r.tracks, Common{
		Pad:            e.Pad(),
		Latency:        s.latency,
		LostIsError:    s.onTrackLost == lostError,
		Passphrase:     s.passphrase,
		Encryption:     s.encryption,
		Unsynchronized: !s.sync,
		OnDecryptError: e.postDecryptError,
		OnEnd:          r.ended,
		OnNothing:      r.tracks.nothing,
		First:          &r.tracks.patience,
		Logger:         e.Logger(),
	})
	if err != nil {
		r.report.stop()
		return nil, err
	}
	load := ownProcessors.add()
	r.left = []func(){
		r.report.ending, func() { close(r.stopping) }, r.watching.Wait, func() { _ = r.stream.Close() },
		r.medium.Start(), r.report.stop, load.remove,
	}
	guard.Go(&r.watching, "element: watch", e, func() { r.watch(load) })
	guard.Go(&r.watching, "element: follow", e, r.follow)
	return r, nil
}

// ended tells the pipeline why the stream ends, before it ends.
func (r *Run) ended(err error) {
	select {
	case <-r.stopping: // nobody wants to know what goes wrong because of that
		return
	default:
	}
	if !errors.Is(err, io.EOF) {
		r.element.postError(r.tracks.patience.explain(err))
	}
}

// watch waits for the end of the stream, and counts what it receives until then. EOS comes
// from the decoder, after its last frame; without a decoder it is pushed here.
func (r *Run) watch(l *load) {
	ticker := time.NewTicker(loadTime)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			l.count(r.medium.Packets())
		case <-r.stream.Done():
			l.set(0)
			if !r.stream.Started() {
				r.element.pushEOS()
			}
			return
		case <-r.stopping:
			return
		}
	}
}

func (r *Run) follow() { r.medium.Follow(r.stopping) }

// stop ends everything and waits for it. The pipeline hears nothing of it; the
// application is told that the track and the connection have ended. When something of
// it has panicked, another call does the rest.
func (r *Run) stop() {
	for len(r.left) > 0 {
		next := r.left[0]
		r.left = r.left[1:]
		next()
	}
}
