package engine

import "github.com/livekit/protocol/livekit"

const (
	// leastMaxPixels is accepted whatever a publisher has announced: it announces the initial size, and a shared window
	// may grow.
	leastMaxPixels = 3840 * 2160
	// announcedFactor is how many times larger than announced a picture may be.
	announcedFactor = 4
	// unknownMaxPixels is the limit for a track without an announced size.
	unknownMaxPixels = 4096 * 4096
	// mostMaxPixels is 8K. It limits the announced size, which comes from the publisher, too.
	mostMaxPixels = 8192 * 4320
)

// acceptSize reports whether a picture with so many pixels is decoded.
func (f *feed) acceptSize(pixels int) bool {
	if limit := f.stream.config.MaxPixels; limit > 0 {
		return pixels <= limit
	}
	return pixels <= leastMaxPixels || pixels <= maxPixels(f.track.TrackInfo())
}

// maxPixels returns the limit that follows from the announced size.
func maxPixels(info *livekit.TrackInfo) int {
	announced := uint64(info.GetWidth()) * uint64(info.GetHeight())
	for _, codec := range info.GetCodecs() {
		for _, layer := range codec.GetLayers() {
			announced = max(announced, uint64(layer.GetWidth())*uint64(layer.GetHeight()))
		}
	}
	if announced == 0 {
		return unknownMaxPixels
	}
	return max(leastMaxPixels, int(min(announced, mostMaxPixels/announcedFactor)*announcedFactor))
}
