package stream

import (
	"fmt"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/chain"
	"github.com/gst-livekit/gst-livekit/internal/convert"
	"github.com/gst-livekit/gst-livekit/internal/picture"
)

// Plane is one plane of a [VideoFrame]: row y begins at Data[y*Stride], and Data
// ends with the last row's pixels. The number of rows, and of bytes with pixels in
// a row, follows from the frame's type and size; see [caps.VideoBufferType.Layout].
type Plane struct {
	Data   []byte
	Stride int // in bytes
}

// VideoFrame is one picture. A frame from a stream belongs to the reader until
// Release. Its memory is the decoder's, or, if [WithFormat] asked for RGB, memory
// that the stream reuses. A frame made by Convert, Clone or [NewVideoFrame] is in
// ordinary memory; Release is allowed but not needed. A frame is not safe for
// concurrent use.
type VideoFrame struct {
	Type          caps.VideoBufferType
	Width, Height int // in pixels; the picture is not rotated, see VideoFrameEvent.Rotation

	colorimetry picture.Colorimetry
	planes      [4]Plane
	count       int         // the number of planes; 0 after Release
	frame       chain.Frame // the decoder's frame that owns the planes' memory, if any
	lent        []byte      // the converter's memory that holds the planes, or nil
	lender      *convert.Converter
}

// newVideoFrame takes ownership of f.
func newVideoFrame(f chain.Frame) *VideoFrame {
	v := &VideoFrame{Type: f.Type, Width: f.Width, Height: f.Height, count: f.PlaneCount(), frame: f}
	if v.count > 1 { // packed types are RGB; without a colorimetry, YUV made from them gets the one that WebRTC expects
		v.colorimetry = f.Colorimetry
	}
	for i := range v.count {
		v.planes[i] = Plane(f.Plane(i))
	}
	return v
}

// NewVideoFrame makes a frame from data in LiveKit's tight layout, without copying
// data. The error is that of [caps.VideoBufferType.Layout], or says how long data
// must be.
func NewVideoFrame(kind caps.VideoBufferType, width, height int, data []byte) (*VideoFrame, error) {
	layout, err := kind.Layout(width, height)
	if err != nil {
		return nil, fmt.Errorf("make a frame: %w", err)
	}
	if len(data) != layout.Size {
		return nil, fmt.Errorf("make a frame: %s of %dx%d takes %d bytes, not %d", kind, width, height, layout.Size, len(data))
	}
	f := &VideoFrame{Type: kind, Width: width, Height: height, count: len(layout.Planes)}
	for i, p := range layout.Planes {
		f.planes[i] = Plane{Data: data[p.Offset:][: p.Stride*p.Height : p.Stride*p.Height], Stride: p.Stride}
	}
	return f, nil
}

// Planes returns the frame's planes in the order of its type. Those of a stream's
// frame are usually in the decoder's own memory: no pixel is copied, rows may be
// padded, and the pixels must not be written. After Release, Planes panics, the
// planes of a slice that it returned earlier are empty, and their pixels must not
// be accessed any more: the memory may be unmapped or hold another picture.
func (f *VideoFrame) Planes() []Plane {
	f.mustBeHeld()
	return f.planes[:f.count]
}

// Data returns a copy of the frame in LiveKit's layout: planes and rows follow each
// other without padding, and chroma sizes are rounded up. The copy can be kept
// after Release. Data panics after Release. Its error is that of
// [caps.VideoBufferType.Layout], for a frame of more than 2 GiB.
func (f *VideoFrame) Data() ([]byte, error) {
	return f.converted(f.Type, false)
}

// Convert returns a copy of the picture in any of the eleven types, including its
// own; with flipY the rows are in reverse order. Alpha that the source does not
// have is opaque. YUV is interpreted with the colorimetry of the stream or, if it
// has none, as BT.601 in video range, which WebRTC senders usually use. RGB from
// 8-bit YUV is rounded to the nearest value and uses the nearest chroma sample; the
// other conversions are GStreamer's. Convert panics after Release.
//
// The error wraps caps.ErrUnknownFormat when to is none of the eleven types, or
// caps.ErrSize for a frame of more than 2 GiB.
func (f *VideoFrame) Convert(to caps.VideoBufferType, flipY bool) (*VideoFrame, error) {
	data, err := f.converted(to, flipY)
	if err != nil {
		return nil, err
	}
	frame, err := NewVideoFrame(to, f.Width, f.Height, data)
	if err != nil {
		return nil, err
	}
	frame.colorimetry = f.colorimetry
	return frame, nil
}

// Clone returns a copy that can be kept after Release. It panics after Release;
// its error is that of Data.
func (f *VideoFrame) Clone() (*VideoFrame, error) { return f.Convert(f.Type, false) }

// Release returns the frame's memory to the decoder or the stream. Every frame from
// a stream must be released. It stays valid until then, even after its stream is
// closed. Calls after the first do nothing.
func (f *VideoFrame) Release() {
	if f.frame.Held() {
		f.frame.Release()
	}
	if f.lent != nil {
		f.lender.GiveBack(f.lent)
		f.lent, f.lender = nil, nil
	}
	f.planes, f.count = [4]Plane{}, 0
}

func (f *VideoFrame) converted(to caps.VideoBufferType, flipY bool) ([]byte, error) {
	f.mustBeHeld()
	var planes [4]picture.Plane
	return convert.Convert(f.picture(&planes), to, flipY)
}

// picture describes the frame for package convert and stores its planes in planes.
func (f *VideoFrame) picture(planes *[4]picture.Plane) convert.Picture {
	for i, p := range f.planes[:f.count] {
		planes[i] = picture.Plane(p)
	}
	return convert.Picture{
		Type: f.Type, Width: f.Width, Height: f.Height,
		Planes: planes[:f.count], Colorimetry: f.colorimetry,
	}
}

// become converts the frame in place to packed RGB, in the converter's memory, and
// returns the decoder's memory.
func (f *VideoFrame) become(to caps.VideoBufferType, converter *convert.Converter) error {
	var planes [4]picture.Plane
	data, err := converter.Convert(f.picture(&planes))
	f.Release()
	if err != nil {
		return err
	}
	f.Type, f.colorimetry = to, picture.Colorimetry{}
	f.planes[0], f.count = Plane{Data: data, Stride: len(data) / f.Height}, 1
	f.lent, f.lender = data, converter
	return nil
}

func (f *VideoFrame) mustBeHeld() {
	if f.count == 0 {
		panic("stream: VideoFrame used after Release")
	}
}
