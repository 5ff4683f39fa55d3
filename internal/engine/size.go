package engine

import "github.com/livekit/protocol/livekit"

const (
	// leastMaxPixels is decoded whatever a publisher has announced: what it announces is the size at the beginning, and
	// the window that it shares may grow.
	leastMaxPixels = 3840 * 2160
	// announcedFactor is by how much a picture may be larger than was announced.
	announcedFactor = 4
	// unknownMaxPixels is for a track of which nothing was announced.
	unknownMaxPixels = 4096 * 4096
	// mostMaxPixels is 8K. What is announced comes from the publisher, too.
	mostMaxPixels = 8192 * 4320
)

// acceptSize reports whether a picture of so many pixels is decoded.
func (f *feed) acceptSize(pixels int) bool {
	if limit := f.stream.config.MaxPixels; limit > 0 {
		return pixels <= limit
	}
	return pixels <= leastMaxPixels || pixels <= maxPixels(f.track.TrackInfo())
}

// maxPixels is the limit that follows from what was announced.
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
