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

// Unit is one access unit and what is known about it. All memory belongs to the caller.
type Unit struct {
	Data        []byte
	Due         time.Time // when to show it, on the monotonic clock
	Decode      time.Time // when to decode it; increasing and not after Due. Zero means Due
	KeyFrame    bool
	Discont     bool      // data is missing before it
	Outruns     bool      // for a key frame: the decoder continues with it, and the units that wait for the decoder are dropped
	CaptureTime time.Time // zero: unknown
	Rotation    picture.Rotation
	Colorimetry picture.Colorimetry // set for a key frame if its decoder does not report it, else zero
	Metadata    *caps.FrameMetadata // nil if there is none
}

// orientation converts r for C.
func orientation(r picture.Rotation) C.gint {
	n := C.gint(r.Degrees / 90 & 3)
	if r.Mirrored {
		n += 4
	}
	return n
}

// colorimetry converts c for C.
func colorimetry(c picture.Colorimetry) C.GstVideoColorimetry {
	return C.GstVideoColorimetry{
		_range: C.GstVideoColorRange(c.Range), matrix: C.GstVideoColorMatrix(c.Matrix),
		transfer: C.GstVideoTransferFunction(c.Transfer), primaries: C.GstVideoColorPrimaries(c.Primaries),
	}
}

// captureTime converts t to nanoseconds since the Unix epoch.
func captureTime(t time.Time) C.guint64 {
	if t.IsZero() || t.Unix() < 0 {
		return math.MaxUint64 // GST_CLOCK_TIME_NONE
	}
	return C.guint64(t.UnixNano())
}

// describe passes the frame metadata of the next unit to C. Only a chain with a pad needs it.
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
