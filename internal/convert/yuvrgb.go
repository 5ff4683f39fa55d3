package convert

/*
#cgo CFLAGS: -O3
#cgo noescape gst_livekit_yuv_to_rgb
#cgo nocallback gst_livekit_yuv_to_rgb
#include "yuvrgb.h"
*/
import "C"

import (
	"math"
	"unsafe"

	"github.com/gst-livekit/gst-livekit/caps"
)

// IsRGB reports whether a type is one of the five packed ones.
func IsRGB(t caps.VideoBufferType) bool { return t >= caps.RGBA && t <= caps.RGB24 }

// plain is set by tests to run the code for processors without AVX2.
var plain bool

// yuvToRGB writes 8-bit YUV as packed RGB, tight, into dst, which is large enough. It does nothing and returns false
// for other types, and for a colorimetry that only GStreamer supports.
func (p *Picture) yuvToRGB(dst []byte, to caps.VideoBufferType, flipY bool) bool {
	matrix, ok := yuvMatrix(p.Colorimetry)
	if !ok || !IsRGB(to) {
		return false
	}
	yuv := C.GstLivekitYuv{
		width: C.int(p.Width), height: C.int(p.Height),
		x_shift: 1, y_shift: 1, chroma_step: 1,
		matrix: matrix,
	}
	// The planes in the order that C takes: Y, U, V, alpha.
	var planes [4]unsafe.Pointer
	var strides [4]int
	switch p.Type {
	case caps.I420, caps.I420A:
	case caps.I422:
		yuv.y_shift = 0
	case caps.I444:
		yuv.x_shift, yuv.y_shift = 0, 0
	case caps.NV12:
		yuv.chroma_step = 2
		planes[2], strides[2] = unsafe.Pointer(&p.Planes[1].Data[1]), p.Planes[1].Stride
	default:
		return false
	}
	for i, plane := range p.Planes {
		planes[i], strides[i] = unsafe.Pointer(unsafe.SliceData(plane.Data)), plane.Stride
	}
	yuv.y_stride, yuv.u_stride = C.ptrdiff_t(strides[0]), C.ptrdiff_t(strides[1])
	yuv.v_stride, yuv.alpha_stride = C.ptrdiff_t(strides[2]), C.ptrdiff_t(strides[3])

	stride, flip := 4*p.Width, C.int(0)
	if to == caps.RGB24 {
		stride = 3 * p.Width
	}
	if flipY {
		flip = 1
	}
	if plain {
		yuv.plain = 1
	}
	C.gst_livekit_yuv_to_rgb(&yuv, planes[0], planes[1], planes[2], planes[3],
		C.GstLivekitRgbOrder(to), unsafe.Pointer(unsafe.SliceData(dst)), C.ptrdiff_t(stride), flip)
	return true
}

// yuvMatrix returns a matrix as integers.
func yuvMatrix(c Colorimetry) (_ C.GstLivekitYuvMatrix, ok bool) {
	m, ok := c.ToRGB()
	// In 32nds: a half to round to the nearest, and the average loss of two products that are rounded down.
	const rounding, lost = 16, 2 * 0.5
	scaled := func(factor, unit float64) C.int16_t { return C.int16_t(math.Round(factor * unit)) }
	return C.GstLivekitYuvMatrix{
		luma:    scaled(m.Luma, 1<<14),
		offset:  scaled(rounding+lost-m.Black*m.Luma*32, 1),
		red_v:   scaled(m.RedV, 1<<13),
		green_u: scaled(-m.GreenU, 1<<13),
		green_v: scaled(-m.GreenV, 1<<13),
		blue_u:  scaled(m.BlueU, 1<<13),
	}, ok
}
