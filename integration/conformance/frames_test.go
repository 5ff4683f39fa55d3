package conformance_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
	"github.com/gst-livekit/gst-livekit/stream"
)

// quiet is how long no frame comes when frames have stopped: as long as 30 take.
const quiet = time.Second

// inEncoder is how many milliseconds before a track is unmuted a picture can be made that is sent all the same: the encoder is
// at work on it.
const inEncoder = 200

// orders are what the bytes of a pixel of the packed types are.
var orders = map[caps.VideoBufferType]string{
	caps.RGBA: "RGBA", caps.ABGR: "ABGR", caps.ARGB: "ARGB", caps.BGRA: "BGRA", caps.RGB24: "RGB",
}

// samples are those of one pixel in the original's layout: the bytes of a packed type, or one of each plane, NV12's second
// plane having two.
func samples(kind caps.VideoBufferType, layout caps.Layout, data []byte, x, y int) (all []int) {
	if order, packed := orders[kind]; packed {
		for _, sample := range data[y*layout.Planes[0].Stride+x*len(order):][:len(order)] {
			all = append(all, int(sample))
		}
		return all
	}
	for i, plane := range layout.Planes {
		x, y := x, y
		if chroma := i == 1 || i == 2; chroma && kind != caps.I444 {
			x /= 2
			if kind != caps.I422 {
				y /= 2
			}
		}
		row := data[plane.Offset+y*plane.Stride:]
		switch {
		case kind == caps.I010: // little endian
			all = append(all, (int(row[2*x])|int(row[2*x+1])<<8)/4)
		case kind == caps.NV12 && i == 1:
			all = append(all, int(row[2*x]), int(row[2*x+1]))
		default:
			all = append(all, int(row[x]))
		}
	}
	return all
}

func wantedSamples(kind caps.VideoBufferType, patch testpicture.Patch) (all []int) {
	values := map[rune]int{
		'R': int(patch.RGB.R), 'G': int(patch.RGB.G), 'B': int(patch.RGB.B), 'A': 255,
		'Y': int(patch.BT601.Y), 'U': int(patch.BT601.U), 'V': int(patch.BT601.V),
	}
	order := orders[kind]
	switch {
	case kind == caps.I420A:
		order = "YUVA"
	case order == "":
		order = "YUV"
	}
	for _, name := range order {
		all = append(all, values[name])
	}
	return all
}

func rowLayouts(t *testing.T, _ publisher, participant *lksdk.RemoteParticipant) {
	for _, kind := range caps.Types() {
		t.Run(kind.String(), func(t *testing.T) {
			frame := next(t, open(t, participant, stream.WithFormat(kind))).Frame
			layout, err := kind.Layout(width, height)
			must(t, err)
			data, err := frame.Data()
			must(t, err)
			if len(data) != layout.Size {
				t.Fatalf("%d bytes, want %d", len(data), layout.Size)
			}
			for _, patch := range testpicture.Patches() {
				at := patch.Centre(width, height)
				got, want := samples(kind, layout, data, at.X, at.Y), wantedSamples(kind, patch)
				for i := range want {
					// Enough to tell samples apart in the first, rough picture of a sender that does not know its bandwidth.
					if difference := got[i] - want[i]; difference < -32 || difference > 32 {
						t.Errorf("%s is %v, want %v", patch.Name, got, want)
						break
					}
				}
			}
		})
	}
}

// rowNormalizeStride: rows of a decoder's memory may be padded, those of Data are not.
func rowNormalizeStride(t *testing.T, p publisher, participant *lksdk.RemoteParticipant) {
	width, height := p.size()
	padded := 0
	for _, kind := range caps.Types() {
		frame := next(t, open(t, participant, stream.WithFormat(kind))).Frame
		if frame.Width != width || frame.Height != height {
			t.Fatalf("frame is %dx%d, want %dx%d", frame.Width, frame.Height, width, height)
		}
		layout, err := kind.Layout(width, height)
		must(t, err)
		var tight []byte
		for i, plane := range frame.Planes() {
			of := layout.Planes[i]
			for y := range of.Height {
				tight = append(tight, plane.Data[y*plane.Stride:][:of.Width]...)
			}
			if plane.Stride > of.Width {
				padded++
			}
		}
		data, err := frame.Data()
		must(t, err)
		if !bytes.Equal(data, tight) || len(data) != layout.Size {
			t.Errorf("%s: %d bytes of Data are not the %d of the rows without padding, or not %d",
				kind, len(data), len(tight), layout.Size)
		}
		for _, patch := range testpicture.Patches() {
			at := patch.Centre(width, height)
			got, want := samples(kind, layout, data, at.X, at.Y), wantedSamples(kind, patch)
			if difference := got[0] - want[0]; difference < -32 || difference > 32 {
				t.Errorf("%s: %s is %v, want %v", kind, patch.Name, got, want)
			}
		}
	}
	if padded == 0 {
		t.Error("no plane has padded rows: this shows nothing")
	}
}

func rowRotation(t *testing.T, p publisher, participant *lksdk.RemoteParticipant) {
	rotation, turned := p.orientation()
	s := open(t, participant)
	for range 10 {
		event := next(t, s)
		if event.Rotation != rotation || event.Mirrored {
			t.Fatalf("rotation is %d, mirrored %v, want %d", event.Rotation, event.Mirrored, rotation)
		}
		frame := event.Frame
		if got := frame.Width == height && frame.Height == width; got != turned {
			t.Fatalf("frame is %dx%d", frame.Width, frame.Height)
		}
		checkPatches(t, frame, func(at image.Point) image.Point {
			if turned {
				return image.Pt(height-1-at.Y, at.X)
			}
			return at
		})
		frame.Release()
	}
}

// timeIn is the time in a frame of any type.
func timeIn(t *testing.T, frame *stream.VideoFrame) uint32 {
	t.Helper()
	grey, err := frame.Convert(caps.I420, false)
	must(t, err)
	luma := grey.Planes()[0]
	value, ok := testpicture.Read(luma.Data, luma.Stride, frame.Width, frame.Height)
	if !ok {
		t.Fatal("no time in the picture")
	}
	return value
}

func rowMetadata(t *testing.T, p publisher, participant *lksdk.RemoteParticipant) {
	s := open(t, participant)
	some, none := 0, 0
	for range 30 {
		event := next(t, s)
		if diff := cmp.Diff(p.metadata(timeIn(t, event.Frame)), event.Metadata); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		event.Frame.Release()
		if event.Metadata != nil {
			some++
		} else {
			none++
		}
	}
	if none == 0 || p.sendsMetadata() != (some > 0) {
		t.Errorf("metadata came with %d frames, and did not with %d", some, none)
	}
}

// readUntilQuiet reads until no frame comes any more.
func readUntilQuiet(t *testing.T, s *stream.VideoStream) {
	t.Helper()
	for all := patient(t); ; {
		ctx, cancel := context.WithTimeout(all, quiet)
		event, err := s.Next(ctx)
		cancel()
		switch {
		case err == nil:
			event.Frame.Release()
		case all.Err() == nil && errors.Is(err, context.DeadlineExceeded):
			return
		default:
			t.Fatalf("frames go on, or end: %v", err)
		}
	}
}

func rowMute(t *testing.T, p publisher, participant *lksdk.RemoteParticipant) {
	s := open(t, participant)
	last := next(t, s)
	for range 2 {
		p.setMuted(t, true)
		readUntilQuiet(t, s)

		unmuted := testpicture.Time(time.Now())
		p.setMuted(t, false)
		for range 10 {
			event := next(t, s)
			if made := timeIn(t, event.Frame); int32(made-unmuted) < -inEncoder {
				t.Errorf("a picture was made %d ms before the track was unmuted", unmuted-made)
			}
			event.Frame.Release()
			if event.TimestampUs <= last.TimestampUs {
				t.Fatalf("%d us after %d us", event.TimestampUs, last.TimestampUs)
			}
			last = event
		}
	}
}
