package engine

import (
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// isOff reports whether nothing is wanted.
func isOff(l room.Layer) bool { return l.Paused || l.Quality == room.QualityOff }

// SetLayer changes what the server sends, also of tracks that follow this one. It does not wait for the server, nor for the
// first frame of the new layer. It returns an error for a Layer that means nothing.
func (s *Stream) SetLayer(layer room.Layer) error {
	if err := layer.Validate(); err != nil {
		return err
	}
	s.choosing.Lock()
	defer s.choosing.Unlock()
	// The first frame of a server that goes on is a key frame: it is not dropped any
	// more when it comes. The server's answer is a key frame of its own only if it sent
	// nothing meanwhile to another stream, so one is asked for.
	before := s.off.Swap(isOff(layer))
	s.wish = &layer
	s.selector.SetLayer(s.layer())
	if before && !isOff(layer) {
		s.RequestKeyFrame()
	}
	if before != isOff(layer) {
		s.wantingChanged()
	}
	return nil
}

// layer is what the server is asked for: the lower of what is wanted and of what is possible. It is called with
// s.choosing held.
func (s *Stream) layer() room.Layer {
	layer := *s.wish
	layer.AtMost = s.limit.quality
	if rate := s.limit.frameRate; rate > 0 && (layer.MaxFrameRate == 0 || layer.MaxFrameRate > rate) {
		layer.MaxFrameRate = rate
	}
	return layer
}

// beginsWith reports whether pictures of that size are those of the layer that was asked for.
func (s *Stream) beginsWith(track *room.Track, width, height int) bool {
	s.choosing.Lock()
	defer s.choosing.Unlock()
	if s.wish == nil {
		return true // an application's choice, or there is only a track
	}
	return track.Fits(s.layer(), width, height)
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
	s.selector.SetLayer(s.layer())
}
