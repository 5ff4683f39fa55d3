package stream

import (
	"fmt"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/chain"
	"github.com/gst-livekit/gst-livekit/internal/convert"
	"github.com/gst-livekit/gst-livekit/internal/picture"
)

// Plane is one plane of a [VideoFrame]: row y begins at Data[y*Stride], and Data
// ends with the last row's pixels. How many of a row's bytes are pixels, and how
// many rows there are, follows from the frame's type and size; see
// [caps.VideoBufferType.Layout].
type Plane struct {
	Data   []byte
	Stride int // bytes
}

// VideoFrame is one picture. One that a stream gave is the reader's until Release,
// in the decoder's own memory, or in memory that the stream uses again if
// [WithFormat] asked for RGB; one made by Convert, Clone or [NewVideoFrame] is
// ordinary memory, for which Release is allowed and needless. A frame is not safe
// for several goroutines at a time.
type VideoFrame struct {
	Type          caps.VideoBufferType
	Width, Height int // pixels; the picture is not turned, see VideoFrameEvent.Rotation

	colorimetry picture.Colorimetry
	planes      [4]Plane
	count       int         // of planes; 0 after Release
	frame       chain.Frame // whose memory the planes are, if it is held
	lent        []byte      // whose memory the planes are, or nil
	lender      *convert.Converter
}

// newVideoFrame takes f over.
func newVideoFrame(f chain.Frame) *VideoFrame {
	v := &VideoFrame{Type: f.Type, Width: f.Width, Height: f.Height, count: f.PlaneCount(), frame: f}
	if v.count > 1 { // the packed types are RGB, and YUV made of them is free to be what WebRTC expects
		v.colorimetry = f.Colorimetry
	}
	for i := range v.count {
		v.planes[i] = Plane(f.Plane(i))
	}
	return v
}

// NewVideoFrame makes a frame of data in LiveKit's tight layout, which it keeps.
// The error is that of [caps.VideoBufferType.Layout], or says how long data must
// be.
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
// frame are mostly in the decoder's own memory: no pixel is copied, rows may be
// padded, they are for reading, and nothing of them may be touched after Release.
// Planes then panics, the slice that it returned before has empty planes, and the
// pixels are no longer the process's to read, or become another picture.
func (f *VideoFrame) Planes() []Plane {
	f.mustBeHeld()
	return f.planes[:f.count]
}

// Data returns a copy of the frame in LiveKit's layout: plane after plane and row
// after row without padding, chroma sizes rounded up. It can be kept after
// Release. Data panics after Release. Its error is that of
// [caps.VideoBufferType.Layout], for a frame of more than 2 GiB.
func (f *VideoFrame) Data() ([]byte, error) {
	return f.converted(f.Type, false)
}

// Convert returns the picture in another type, or in the same one, in memory of
// its own; with flipY the last row comes first. Every type can be made of every
// other one. Alpha that the source does not have is opaque. YUV is taken for what
// the stream says it is, and else for BT.601 in video range, which WebRTC senders
// mostly make of RGB. RGB made of YUV with 8 bits is rounded to the nearest, and has the nearest
// chroma sample; the other conversions are GStreamer's. Convert panics after
// Release.
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

// Release gives a frame's memory back to the decoder or the stream. Every frame that a stream
// gave must be released; until then it stays valid, also after Close of its
// stream. Calls after the first do nothing.
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

// picture describes the frame to package convert; its planes are put into planes.
func (f *VideoFrame) picture(planes *[4]picture.Plane) convert.Picture {
	for i, p := range f.planes[:f.count] {
		planes[i] = picture.Plane(p)
	}
	return convert.Picture{
		Type: f.Type, Width: f.Width, Height: f.Height,
		Planes: planes[:f.count], Colorimetry: f.colorimetry,
	}
}

// become converts the frame in place to packed RGB, in the converter's memory. The
// decoder gets its own back.
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
