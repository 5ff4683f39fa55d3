package engine

import (
	"fmt"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

func checkLayer(layers room.Layers, layer caps.Layer) error {
	if layers == nil {
		return fmt.Errorf("choose a layer: %w", ErrNoLayers)
	}
	return layer.Validate()
}

// SetLayer changes what the server sends, also of tracks that follow this one. It does not wait for the server, nor for the
// first frame of the new layer. It returns an error for a Layer that means nothing, and one that wraps ErrNoLayers where
// there is nothing to choose.
func (s *Stream) SetLayer(layer caps.Layer) error {
	if err := checkLayer(s.layers, layer); err != nil {
		return err
	}
	s.choosing.Lock()
	defer s.choosing.Unlock()
	// The first frame of a server that goes on is a key frame: it is not dropped any
	// more when it comes. The server's answer is a key frame of its own only if it sent
	// nothing meanwhile to another stream, so one is asked for.
	before := s.off.Swap(layer.Off())
	s.wish = &layer
	s.layers.SetLayer(s.layer())
	if before && !layer.Off() {
		s.RequestKeyFrame()
	}
	if before != layer.Off() {
		s.wantingChanged()
	}
	return nil
}

// layer is what the server is asked for: the lower of what is wanted and of what is possible. It is called with
// s.choosing held.
func (s *Stream) layer() (wanted caps.Layer, atMost caps.Quality) {
	wanted = *s.wish
	if rate := s.limit.frameRate; rate > 0 && (wanted.MaxFrameRate == 0 || wanted.MaxFrameRate > rate) {
		wanted.MaxFrameRate = rate
	}
	return wanted, s.limit.quality
}

// beginsWith reports whether pictures of that size are those of the layer that was asked for.
func (s *Stream) beginsWith(track *room.Track, width, height int) bool {
	s.choosing.Lock()
	defer s.choosing.Unlock()
	if s.wish == nil {
		return true // an application's choice, or there is only a track
	}
	wanted, atMost := s.layer()
	return track.Fits(wanted, atMost, width, height)
}

// choosesLayer reports whether this stream says what the server sends. Otherwise it is the application's choice, or there
// is only a track.
func (s *Stream) choosesLayer() bool {
	s.choosing.Lock()
	defer s.choosing.Unlock()
	return s.wish != nil
}

// setLimit asks the server for no more than that.
func (s *Stream) setLimit(to limit) {
	s.choosing.Lock()
	defer s.choosing.Unlock()
	s.limit = to
	s.layers.SetLayer(s.layer())
}
