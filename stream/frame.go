package stream

import (
	"fmt"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/decode"
)

// Plane is one plane of a [VideoFrame]: row y begins at Data[y*Stride], and Data
// ends with the last row's pixels. How many of a row's bytes are pixels, and how
// many rows there are, follows from the frame's type and size; see
// [caps.VideoBufferType.Layout].
type Plane struct {
	Data   []byte
	Stride int // bytes
}

// VideoFrame is one decoded picture. It is the reader's until Release, and not
// safe for several goroutines at a time.
type VideoFrame struct {
	Type          caps.VideoBufferType
	Width, Height int // pixels; the picture is not turned, see VideoFrameEvent.Rotation

	frame  *decode.Frame // nil after Release
	planes [4]Plane
}

func newVideoFrame(f *decode.Frame) *VideoFrame {
	v := &VideoFrame{Type: f.Type, Width: f.Width, Height: f.Height, frame: f}
	for i, p := range f.Planes() {
		v.planes[i] = Plane{Data: p.Data, Stride: p.Stride}
	}
	return v
}

// Planes returns the frame's planes in the order of its type, in the decoder's
// own memory: no pixel is copied, and rows may be padded. They are for reading,
// and nothing of them may be touched after Release: Planes then panics, the slice
// that it returned before has empty planes, and the pixels are no longer the
// process's to read.
func (f *VideoFrame) Planes() []Plane {
	f.mustBeHeld()
	return f.planes[:len(f.frame.Planes())]
}

// Data returns a copy of the frame in LiveKit's layout: plane after plane and row
// after row without padding, chroma sizes rounded up. It can be kept after
// Release. Data panics after Release. Its error is that of
// [caps.VideoBufferType.Layout], for a frame of more than 2 GiB.
func (f *VideoFrame) Data() ([]byte, error) {
	f.mustBeHeld()
	layout, err := f.Type.Layout(f.Width, f.Height)
	if err != nil {
		return nil, fmt.Errorf("lay out frame: %w", err)
	}
	data := make([]byte, layout.Size)
	for i, to := range layout.Planes {
		from := f.planes[i]
		for y := range to.Height {
			copy(data[to.Offset+y*to.Stride:][:to.Width], from.Data[y*from.Stride:])
		}
	}
	return data, nil
}

// Release gives the frame's memory back to the decoder. Every frame must be
// released; until then it stays valid, also after Close of its stream. Calls after
// the first do nothing.
func (f *VideoFrame) Release() {
	if f.frame != nil {
		f.frame.Release()
		f.frame = nil
		f.planes = [4]Plane{}
	}
}

func (f *VideoFrame) mustBeHeld() {
	if f.frame == nil {
		panic("stream: VideoFrame used after Release")
	}
}
