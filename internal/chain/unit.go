package chain

/*
#include "chain.h"
*/
import "C"

import (
	"math"
	"time"
	"unsafe"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/picture"
)

// Unit is one access unit and what is known about it. All memory stays the
// caller's.
type Unit struct {
	Data        []byte
	Due         time.Time // when it is to be shown, on the monotonic clock
	Decode      time.Time // when it is to be decoded, likewise; not after Due, and rising. Zero is Due
	KeyFrame    bool
	Discont     bool      // something is missing before it
	Outruns     bool      // the decoder goes on with it, a key frame, and what waits for the decoder is dropped
	CaptureTime time.Time // zero: unknown
	Rotation    picture.Rotation
	Colorimetry picture.Colorimetry // of a key frame whose decoder does not read it; zero: not told
	Metadata    *caps.FrameMetadata // nil: none
}

// orientation is r as the C half has it.
func orientation(r picture.Rotation) C.gint {
	n := C.gint(r.Degrees / 90 & 3)
	if r.Mirrored {
		n += 4
	}
	return n
}

// colorimetry is c as the C half has it.
func colorimetry(c picture.Colorimetry) C.GstVideoColorimetry {
	return C.GstVideoColorimetry{
		_range: C.GstVideoColorRange(c.Range), matrix: C.GstVideoColorMatrix(c.Matrix),
		transfer: C.GstVideoTransferFunction(c.Transfer), primaries: C.GstVideoColorPrimaries(c.Primaries),
	}
}

// captureTime is t in nanoseconds since the Unix epoch.
func captureTime(t time.Time) C.guint64 {
	if t.IsZero() || t.Unix() < 0 {
		return math.MaxUint64 // GST_CLOCK_TIME_NONE
	}
	return C.guint64(t.UnixNano())
}

// describe says what was attached to the next unit. A Go program has it already: only
// pads show it.
func (c *Chain) describe(m *caps.FrameMetadata) {
	if m == nil || c.config.Pad == nil {
		return
	}
	var cm C.GstLivekitFrameMetadata
	if m.UserTimestamp != nil {
		cm.user_timestamp, cm.has_user_timestamp = C.guint64(*m.UserTimestamp), 1
	}
	if m.FrameID != nil {
		cm.frame_id, cm.has_frame_id = C.guint32(*m.FrameID), 1
	}
	var data unsafe.Pointer
	if m.UserData != nil {
		data = unsafe.Pointer(unsafe.SliceData(m.UserData))
	}
	C.gst_livekit_chain_describe(c.c, &cm, data, C.gsize(len(m.UserData)))
}
