package caps

import (
	"fmt"
	"math"
)

// MaxSize is the largest frame in bytes that a [Layout] is given for: 2 GiB less one byte. It makes every number of
// a layout fit in a C int, as GStreamer's strides must.
const MaxSize = math.MaxInt32

// planeSpec is how a plane of a format follows from the frame's size.
type planeSpec struct {
	bytes  int  // bytes for each sample position; 2 for a U and V pair and for a 10-bit sample
	xShift uint // chroma subsampling, as a power of two; a fraction of a sample is rounded up
	yShift uint
}

// Plane is where one plane of a frame lies in the frame's bytes. Row y (0 <= y < Height) is the Width bytes at
// Offset + y*Stride.
type Plane struct {
	Offset int // bytes from the start of the frame to the first row
	Stride int // bytes from the start of a row to the start of the next
	Width  int // bytes of a row that carry samples; not pixels: 4 per pixel in RGBA, 2 per sample in I010
	Height int // rows that carry samples
}

// Layout is where the pixels of a frame lie in its bytes.
type Layout struct {
	// Planes are in the order of the format's description: Y, U, V, then A.
	Planes []Plane
	// Size is the number of bytes of the whole frame, padding included.
	Size int
}

// Layout returns the layout of LiveKit's frames for a size in pixels: every row follows the one before and every
// plane the one before, without padding. Chroma that is subsampled has (width+1)/2 samples in (height+1)/2 rows
// (height rows in I422).
//
// The error wraps [ErrUnknownFormat] when t is not Valid, and [ErrSize] when width or height is below 1 or the frame
// is larger than [MaxSize].
func (t VideoBufferType) Layout(width, height int) (Layout, error) {
	return t.layout(width, height, 1)
}

// GStreamerLayout returns the layout GStreamer gives a buffer of system memory that has no GstVideoMeta: that of
// gst_video_info_set_format for progressive video. A stride is the row's bytes rounded up to a multiple of 4. In the
// 4:2:0 formats (I420, I420A, I010, NV12) a full-size plane takes an even number of rows; for an odd height the last
// of them carries no samples and is not in Height. It is measured equal to GStreamer 1.22.
//
// Errors are those of [VideoBufferType.Layout].
func (t VideoBufferType) GStreamerLayout(width, height int) (Layout, error) {
	return t.layout(width, height, 4)
}

// layout places the planes with strides that are multiples of align. Rows are rounded as GStreamer does if align is
// not 1.
func (t VideoBufferType) layout(width, height int, align int64) (Layout, error) {
	if !t.Valid() {
		return Layout{}, fmt.Errorf("%w: %v", ErrUnknownFormat, t)
	}
	// The upper bounds keep the products below within int64, and refuse no frame that could fit.
	if width < 1 || height < 1 || width > MaxSize || height > MaxSize {
		return Layout{}, fmt.Errorf("%w: %v %dx%d", ErrSize, t, width, height)
	}
	specs := formats[t].planes
	var chromaShift uint
	for _, spec := range specs {
		chromaShift = max(chromaShift, spec.yShift)
	}
	l := Layout{Planes: make([]Plane, len(specs))}
	var size int64
	for i, spec := range specs {
		rowBytes := ceilShift(int64(width), spec.xShift) * int64(spec.bytes)
		stride := (rowBytes + align - 1) / align * align
		rows := ceilShift(int64(height), spec.yShift)
		allocated := rows
		if align > 1 {
			allocated = ceilShift(int64(height), chromaShift) << (chromaShift - spec.yShift)
		}
		if stride > (MaxSize-size)/allocated {
			return Layout{}, fmt.Errorf("%w: %v %dx%d is more than %d bytes", ErrSize, t, width, height, MaxSize)
		}
		l.Planes[i] = Plane{Offset: int(size), Stride: int(stride), Width: int(rowBytes), Height: int(rows)}
		size += stride * allocated
	}
	l.Size = int(size)
	return l, nil
}

// Tight reports whether the layout has no padding anywhere: the planes follow each other from byte 0, each Stride is
// the Width, and Size ends with the last plane. Then a frame is one copy, or none. A layout that was filled from
// the offsets and strides of a GstVideoMeta can be asked too.
func (l Layout) Tight() bool {
	end := 0
	for _, p := range l.Planes {
		if p.Offset != end || p.Stride != p.Width {
			return false
		}
		end += p.Stride * p.Height
	}
	return l.Size == end
}

// ceilShift is n / 2^shift, rounded up.
func ceilShift(n int64, shift uint) int64 {
	return (n + 1<<shift - 1) >> shift
}
