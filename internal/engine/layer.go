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

// SetLayer changes what the server sends, also for tracks that follow this one. It does not wait for the server, nor
// for the first frame of the new layer. It returns an error for an invalid Layer, and one that wraps ErrNoLayers if
// there are no layers to choose from.
func (s *Stream) SetLayer(layer caps.Layer) error {
	if err := checkLayer(s.layers, layer); err != nil {
		return err
	}
	s.choosing.Lock()
	defer s.choosing.Unlock()
	// The first frame after the server resumes is a key frame. It must not be dropped, so off is cleared first. The
	// server only begins with a key frame by itself if it sent the track to no other stream meanwhile, so one is
	// requested.
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

// layer returns what to ask the server for: the layer that is wanted, and the limit in force. s.choosing must be held.
func (s *Stream) layer() (wanted caps.Layer, atMost caps.Quality) {
	wanted = *s.wish
	if rate := s.limit.frameRate; rate > 0 && (wanted.MaxFrameRate == 0 || wanted.MaxFrameRate > rate) {
		wanted.MaxFrameRate = rate
	}
	return wanted, s.limit.quality
}

// beginsWith reports whether pictures of a size belong to the requested layer.
func (s *Stream) beginsWith(track *room.Track, width, height int) bool {
	s.choosing.Lock()
	defer s.choosing.Unlock()
	if s.wish == nil {
		return true // the application chooses, or there is only a track
	}
	wanted, atMost := s.layer()
	return track.Fits(wanted, atMost, width, height)
}

// choosesLayer reports whether this stream chooses what the server sends. Otherwise the application does, or there is
// only a track.
func (s *Stream) choosesLayer() bool {
	s.choosing.Lock()
	defer s.choosing.Unlock()
	return s.wish != nil
}

// setLimit limits what the server is asked for.
func (s *Stream) setLimit(to limit) {
	s.choosing.Lock()
	defer s.choosing.Unlock()
	s.limit = to
	s.layers.SetLayer(s.layer())
}
