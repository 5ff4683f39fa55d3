package caps

import (
	"fmt"
	"math"
)

// MaxSize is the largest frame, in bytes, for which a [Layout] is computed: 2 GiB less one byte. All numbers of a
// layout then fit in a C int, as GStreamer's strides must.
const MaxSize = math.MaxInt32

// planeSpec says how the size of a plane follows from the frame's size.
type planeSpec struct {
	bytes  int  // bytes per sample position; 2 for a U and V pair and for a 10-bit sample
	xShift uint // chroma subsampling, as a power of two; sizes are rounded up
	yShift uint
}

// Plane is the position of one plane in the frame's bytes. Row y (0 <= y < Height) is the Width bytes at Offset +
// y*Stride.
type Plane struct {
	Offset int // bytes from the start of the frame to the first row
	Stride int // bytes from the start of a row to the start of the next
	Width  int // bytes of samples in a row, not pixels: 4 per pixel in RGBA, 2 per sample in I010
	Height int // rows with samples
}

// Layout describes where the planes of a frame are in its bytes.
type Layout struct {
	// Planes are in the order of the format's description: Y, U, V, then A.
	Planes []Plane
	// Size is the number of bytes of the whole frame, padding included.
	Size int
}

// Layout returns the layout of LiveKit's frames for a size in pixels: rows and planes follow each other without
// padding. Subsampled chroma has (width+1)/2 samples in (height+1)/2 rows (height rows in I422).
//
// The error wraps [ErrUnknownFormat] when t is not Valid, and [ErrSize] when width or height is below 1 or the frame
// is larger than [MaxSize].
func (t VideoBufferType) Layout(width, height int) (Layout, error) {
	return t.layout(width, height, 1)
}

// GStreamerLayout returns the layout that GStreamer gives a buffer of system memory without a GstVideoMeta, which is
// the result of gst_video_info_set_format for progressive video. A stride is the bytes of a row rounded up to a
// multiple of 4. In the 4:2:0 formats (I420, I420A, I010, NV12) a full-size plane has an even number of rows; if the
// frame's height is odd, the last row has no samples and is not counted in Height. Compared with GStreamer 1.22.
//
// Errors are those of [VideoBufferType.Layout].
func (t VideoBufferType) GStreamerLayout(width, height int) (Layout, error) {
	return t.layout(width, height, 4)
}

// layout computes planes with strides that are multiples of align. Unless align is 1, it also rounds the number of rows
// as GStreamer does.
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

// Tight reports whether the layout has no padding: the planes follow each other from byte 0, each Stride equals the
// Width, and Size ends with the last plane. Such a frame can be copied in one piece, or used as it is. Layouts filled
// from the offsets and strides of a GstVideoMeta can be checked too.
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

// ceilShift returns n / 2^shift, rounded up.
func ceilShift(n int64, shift uint) int64 {
	return (n + 1<<shift - 1) >> shift
}
