package convert

/*
#cgo pkg-config: gstreamer-1.0 gstreamer-video-1.0
#include <stdlib.h>
#include "convert.h"
*/
import "C"

import (
	"fmt"
	"unsafe"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/picture"
)

// Colorimetry and Plane are those of package picture.
type (
	Colorimetry = picture.Colorimetry
	Plane       = picture.Plane
)

// Picture is a picture to convert.
type Picture struct {
	Type          caps.VideoBufferType
	Width, Height int // in pixels
	Planes        []Plane
	Colorimetry   Colorimetry // for YUV
}

// Convert returns the picture in another type, in LiveKit's tight layout. With flipY the rows are in reverse order.
// GStreamer must have been initialised.
//
// The error wraps one of package caps if the type or size is not possible.
func Convert(src Picture, to caps.VideoBufferType, flipY bool) ([]byte, error) {
	layout, err := to.Layout(src.Width, src.Height)
	if err != nil {
		return nil, fmt.Errorf("convert to %s: %w", to, err)
	}
	if err := src.check(); err != nil {
		return nil, err
	}
	result := make([]byte, layout.Size)
	if err := src.into(result, layout, to, flipY); err != nil {
		return nil, err
	}
	return result, nil
}

// into writes the checked picture in another type into dst, which has layout.Size bytes.
func (p *Picture) into(dst []byte, layout caps.Layout, to caps.VideoBufferType, flipY bool) error {
	if p.yuvToRGB(dst, to, flipY) {
		return nil
	}
	if to == p.Type {
		p.copyTo(dst, layout)
	} else if err := p.convertTo(dst, layout, to); err != nil {
		return err
	}
	if to == caps.I420A && !hasAlpha(p.Type) {
		// GStreamer 1.22 leaves 0x80 here for planar sources.
		alpha := layout.Planes[3]
		fill(dst[alpha.Offset:][:alpha.Stride*alpha.Height], 0xff)
	}
	if flipY {
		flip(dst, layout)
	}
	return nil
}

// check protects C from planes that are shorter than they should be.
func (p *Picture) check() error {
	layout, err := p.Type.Layout(p.Width, p.Height)
	if err != nil {
		return fmt.Errorf("convert %s: %w", p.Type, err)
	}
	return p.checkPlanes(layout)
}

func (p *Picture) checkPlanes(layout caps.Layout) error {
	if len(p.Planes) != len(layout.Planes) {
		return fmt.Errorf("convert %s: %d planes instead of %d", p.Type, len(p.Planes), len(layout.Planes))
	}
	for i, plane := range layout.Planes {
		given := p.Planes[i]
		if given.Stride < plane.Width || len(given.Data) < given.Stride*(plane.Height-1)+plane.Width {
			return fmt.Errorf("convert %s: plane %d is shorter than its picture", p.Type, i)
		}
	}
	return nil
}

func (p *Picture) copyTo(dst []byte, layout caps.Layout) {
	for i, plane := range layout.Planes {
		for y := range plane.Height {
			copy(dst[plane.Offset+y*plane.Stride:][:plane.Width], p.Planes[i].Data[y*p.Planes[i].Stride:])
		}
	}
}

func (p *Picture) convertTo(dst []byte, layout caps.Layout, to caps.VideoBufferType) error {
	fromFormat, toFormat := C.CString(p.Type.Format()), C.CString(to.Format())
	defer C.free(unsafe.Pointer(fromFormat))
	defer C.free(unsafe.Pointer(toFormat))
	var colorimetry *C.GstVideoColorimetry
	if c := p.Colorimetry; c != (Colorimetry{}) {
		colorimetry = &C.GstVideoColorimetry{
			_range: C.GstVideoColorRange(c.Range), matrix: C.GstVideoColorMatrix(c.Matrix),
			transfer: C.GstVideoTransferFunction(c.Transfer), primaries: C.GstVideoColorPrimaries(c.Primaries),
		}
	}

	from := C.GstLivekitLayout{width: C.gint(p.Width), height: C.gint(p.Height)}
	result := C.GstLivekitLayout{width: from.width, height: from.height}
	var planes [4]unsafe.Pointer
	for i, plane := range p.Planes {
		planes[i] = unsafe.Pointer(unsafe.SliceData(plane.Data))
		from.stride[i] = C.gint(plane.Stride)
	}
	for i, plane := range layout.Planes {
		result.stride[i] = C.gint(plane.Stride)
		result.offset[i] = C.gsize(plane.Offset)
	}
	if C.gst_livekit_convert(&from, fromFormat, colorimetry, planes[0], planes[1], planes[2], planes[3],
		&result, toFormat, unsafe.Pointer(unsafe.SliceData(dst))) == 0 {
		return fmt.Errorf("convert %s to %s: GStreamer cannot", p.Type, to)
	}
	return nil
}

func hasAlpha(t caps.VideoBufferType) bool {
	switch t {
	case caps.RGBA, caps.ABGR, caps.ARGB, caps.BGRA, caps.I420A:
		return true
	default:
		return false
	}
}

func fill(data []byte, value byte) {
	for i := range data {
		data[i] = value
	}
}

// flip reverses the order of the rows of every plane in place.
func flip(data []byte, layout caps.Layout) {
	for _, plane := range layout.Planes {
		for top, bottom := 0, plane.Height-1; top < bottom; top, bottom = top+1, bottom-1 {
			a := data[plane.Offset+top*plane.Stride:][:plane.Width]
			b := data[plane.Offset+bottom*plane.Stride:][:plane.Width]
			for i := range a {
				a[i], b[i] = b[i], a[i]
			}
		}
	}
}
