package caps

import (
	"fmt"
	"strconv"
	"strings"
)

// VideoBufferType is the pixel format of a raw video frame: LiveKit's VideoBufferType (video_frame.proto of LiveKit's
// client SDKs), number for number. The zero value is [RGBA], a format like the others, so code that can ask for no
// format needs a separate flag.
//
// For the packed formats the order of the letters is the order of the bytes in memory.
type VideoBufferType int32

// The eleven formats. The numbers are LiveKit's and never change.
const (
	RGBA  VideoBufferType = 0  // packed, 4 bytes per pixel: R, G, B, A
	ABGR  VideoBufferType = 1  // packed, 4 bytes per pixel: A, B, G, R
	ARGB  VideoBufferType = 2  // packed, 4 bytes per pixel: A, R, G, B
	BGRA  VideoBufferType = 3  // packed, 4 bytes per pixel: B, G, R, A
	RGB24 VideoBufferType = 4  // packed, 3 bytes per pixel: R, G, B
	I420  VideoBufferType = 5  // planes Y, U, V; chroma halved both ways
	I420A VideoBufferType = 6  // planes Y, U, V, A; chroma halved both ways, alpha in full size
	I422  VideoBufferType = 7  // planes Y, U, V; chroma halved horizontally
	I444  VideoBufferType = 8  // planes Y, U, V in full size
	I010  VideoBufferType = 9  // as I420, 10 bits in the low end of a 16-bit little-endian sample
	NV12  VideoBufferType = 10 // planes Y and interleaved U, V; chroma halved both ways
)

// formats is indexed by VideoBufferType. The GStreamer names are those of "GstVideoFormat" in GStreamer's video library.
var formats = [...]struct {
	livekit, gstreamer string
	planes             []planeSpec
}{
	RGBA:  {"RGBA", "RGBA", []planeSpec{{bytes: 4}}},
	ABGR:  {"ABGR", "ABGR", []planeSpec{{bytes: 4}}},
	ARGB:  {"ARGB", "ARGB", []planeSpec{{bytes: 4}}},
	BGRA:  {"BGRA", "BGRA", []planeSpec{{bytes: 4}}},
	RGB24: {"RGB24", "RGB", []planeSpec{{bytes: 3}}},
	I420:  {"I420", "I420", []planeSpec{{bytes: 1}, {1, 1, 1}, {1, 1, 1}}},
	I420A: {"I420A", "A420", []planeSpec{{bytes: 1}, {1, 1, 1}, {1, 1, 1}, {bytes: 1}}},
	I422:  {"I422", "Y42B", []planeSpec{{bytes: 1}, {1, 1, 0}, {1, 1, 0}}},
	I444:  {"I444", "Y444", []planeSpec{{bytes: 1}, {bytes: 1}, {bytes: 1}}},
	I010:  {"I010", "I420_10LE", []planeSpec{{bytes: 2}, {2, 1, 1}, {2, 1, 1}}},
	NV12:  {"NV12", "NV12", []planeSpec{{bytes: 1}, {2, 1, 1}}},
}

// Types returns the eleven formats in the order of their numbers. The slice is the caller's.
func Types() []VideoBufferType {
	types := make([]VideoBufferType, len(formats))
	for i := range types {
		types[i] = VideoBufferType(i)
	}
	return types
}

// Valid reports whether t is one of the eleven formats.
func (t VideoBufferType) Valid() bool {
	return t >= 0 && int(t) < len(formats)
}

// String returns LiveKit's name of the format, such as "I420A", or "VideoBufferType(42)" for a number without one.
func (t VideoBufferType) String() string {
	if !t.Valid() {
		return "VideoBufferType(" + strconv.Itoa(int(t)) + ")"
	}
	return formats[t].livekit
}

// Format returns GStreamer's name of the format, such as "A420": the format field of video/x-raw caps. It is empty for
// a number that is not Valid.
func (t VideoBufferType) Format() string {
	if !t.Valid() {
		return ""
	}
	return formats[t].gstreamer
}

// Parse returns the format with LiveKit's or GStreamer's name, in upper or lower case: "I420A", "a420". No name stands
// for different formats in LiveKit and GStreamer. The error wraps [ErrUnknownFormat] and lists every name.
func Parse(name string) (VideoBufferType, error) {
	for i, f := range formats {
		if strings.EqualFold(name, f.livekit) || strings.EqualFold(name, f.gstreamer) {
			return VideoBufferType(i), nil
		}
	}
	return 0, fmt.Errorf("%w %q: want one of %s", ErrUnknownFormat, name, acceptedNames())
}

// FromFormat returns the format with GStreamer's name gstName, spelled exactly as in caps. The error wraps
// [ErrUnknownFormat]: GStreamer has many more formats than LiveKit.
func FromFormat(gstName string) (VideoBufferType, error) {
	for i, f := range formats {
		if gstName == f.gstreamer {
			return VideoBufferType(i), nil
		}
	}
	return 0, fmt.Errorf("%w %q: want one of %s", ErrUnknownFormat, gstName, formatList())
}

// acceptedNames lists what Parse accepts: LiveKit's names, each with GStreamer's name if that is different.
func acceptedNames() string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.livekit
		if f.gstreamer != f.livekit {
			names[i] += " (" + f.gstreamer + ")"
		}
	}
	return strings.Join(names, ", ")
}

// formatList lists every GStreamer name, separated as in a list in caps.
func formatList() string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.gstreamer
	}
	return strings.Join(names, ", ")
}
