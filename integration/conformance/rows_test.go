package conformance_test

import (
	"context"
	"errors"
	"image"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
	"github.com/gst-livekit/gst-livekit/stream"
)

const source = livekit.TrackSource_CAMERA

// original are the rows of the comparison with the original's VideoStream, by the names that it gives them.
var original = []string{
	"create", "iterate", "event", "format", "layouts", "normalize_stride", "capacity", "convert", "from_participant", "end",
	"timestamp_us", "rotation", "metadata", "mute", "errors",
}

// rows test them, each with what it wants to be published.
var rows = []struct {
	name   string
	camera camera
	test   func(t *testing.T, p publisher, participant *lksdk.RemoteParticipant)
}{
	{name: "create", test: rowCreate},
	{name: "iterate", test: rowIterate},
	{name: "event", test: rowEvent},
	{name: "format", test: rowFormat},
	{name: "layouts", test: rowLayouts},
	{name: "normalize_stride", test: rowNormalizeStride, camera: camera{odd: true}},
	{name: "capacity", test: rowCapacity},
	{name: "convert", test: rowConvert},
	{name: "from_participant goes on after a republish", test: rowRepublish},
	{name: "end", test: rowEnd},
	{name: "timestamp_us", test: rowTimestamp},
	{name: "rotation", test: rowRotation, camera: camera{sideways: true}},
	{name: "metadata", test: rowMetadata},
	{name: "mute", test: rowMute},
	{name: "errors", test: rowErrors},
}

func TestRowsOfTheOriginal(t *testing.T) {
	for name, publish := range publishers {
		for _, row := range rows {
			t.Run(name+"/"+row.name, func(t *testing.T) {
				t.Parallel()
				p := publish(t, row.camera)
				row.test(t, p, join(t, publisherIdentity))
			})
		}
	}
}

func TestEveryRowOfTheOriginalHasItsTest(t *testing.T) {
	for _, name := range original {
		tested := 0
		for _, row := range rows {
			if row.name == name || strings.HasPrefix(row.name, name+" ") {
				tested++
			}
		}
		if tested == 0 {
			t.Errorf("no test is named for %q", name)
		}
	}
}

func open(t *testing.T, participant *lksdk.RemoteParticipant, options ...stream.Option) *stream.VideoStream {
	t.Helper()
	s, err := stream.FromParticipant(participant, source, options...)
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

func next(t *testing.T, s *stream.VideoStream) stream.VideoFrameEvent {
	t.Helper()
	event, err := s.Next(patient(t))
	must(t, err)
	t.Cleanup(event.Frame.Release)
	return event
}

func rowCreate(t *testing.T, _ publisher, participant *lksdk.RemoteParticipant) {
	event := next(t, open(t, participant))
	if event.Frame.Width != width || event.Frame.Height != height || event.Frame.Type != caps.I420 {
		t.Errorf("frame %s of %dx%d", event.Frame.Type, event.Frame.Width, event.Frame.Height)
	}
}

func rowIterate(t *testing.T, _ publisher, participant *lksdk.RemoteParticipant) {
	frames := 0
	for event, err := range open(t, participant).Frames(patient(t)) {
		must(t, err)
		event.Frame.Release()
		if frames++; frames == 10 {
			break
		}
	}
	if frames != 10 {
		t.Errorf("%d frames, want 10", frames)
	}
}

func rowEvent(t *testing.T, _ publisher, participant *lksdk.RemoteParticipant) {
	event := next(t, open(t, participant))
	if event.TimestampUs == 0 || event.RTPTimestamp == 0 || event.ReceivedAt.IsZero() {
		t.Errorf("event %+v lacks a time", event)
	}
	if event.Rotation != 0 || event.Mirrored {
		t.Errorf("event %+v has what was not sent", event)
	}
}

// brightness is the luma of one pixel of a frame of any type.
func brightness(t *testing.T, frame *stream.VideoFrame, x, y int) int {
	t.Helper()
	grey, err := frame.Convert(caps.I420, false)
	must(t, err)
	plane := grey.Planes()[0]
	return int(plane.Data[y*plane.Stride+x])
}

// checkPatches compares the brightness of the known picture's patches, which are where place says.
func checkPatches(t *testing.T, frame *stream.VideoFrame, place func(image.Point) image.Point) {
	t.Helper()
	for _, patch := range testpicture.Patches() {
		at := place(patch.Centre(width, height))
		got, want := brightness(t, frame, at.X, at.Y), int(patch.BT601.Y)
		if got-want > 8 || want-got > 8 {
			t.Errorf("%s: %s has luma %d, want %d", frame.Type, patch.Name, got, want)
		}
	}
}

func rowFormat(t *testing.T, _ publisher, participant *lksdk.RemoteParticipant) {
	for _, kind := range caps.Types() {
		t.Run(kind.String(), func(t *testing.T) {
			frame := next(t, open(t, participant, stream.WithFormat(kind))).Frame
			if frame.Type != kind {
				t.Errorf("frame %s", frame.Type)
			}
			checkPatches(t, frame, func(at image.Point) image.Point { return at })
		})
	}
}

func rowCapacity(t *testing.T, _ publisher, participant *lksdk.RemoteParticipant) {
	const capacity = 2
	s := open(t, participant, stream.WithCapacity(capacity))
	first := next(t, s)
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	for s.Stats().Dropped < 10 {
		select {
		case <-ticker.C:
		case <-patient(t).Done():
			t.Fatalf("a reader that does not read: %+v", s.Stats())
		}
	}
	second := next(t, s)
	if gap := second.TimestampUs - first.TimestampUs; gap < 5*33_000 {
		t.Errorf("the oldest frames were kept: %d us after the first", gap)
	}
}

func rowConvert(t *testing.T, _ publisher, participant *lksdk.RemoteParticipant) {
	frame := next(t, open(t, participant)).Frame
	for _, kind := range caps.Types() {
		for _, flipY := range []bool{false, true} {
			converted, err := frame.Convert(kind, flipY)
			must(t, err)
			checkPatches(t, converted, func(at image.Point) image.Point {
				if flipY {
					at.Y = height - 1 - at.Y
				}
				return at
			})
		}
	}
}

func rowRepublish(t *testing.T, p publisher, participant *lksdk.RemoteParticipant) {
	s := open(t, participant)
	before := next(t, s)
	p.unpublish(t)
	p.republish(t)
	for range 60 {
		event := next(t, s)
		event.Frame.Release()
		if event.TimestampUs <= before.TimestampUs {
			t.Fatalf("a frame at %d us after one at %d us", event.TimestampUs, before.TimestampUs)
		}
		before = event
	}
}

func rowEnd(t *testing.T, p publisher, participant *lksdk.RemoteParticipant) {
	s := open(t, participant)
	next(t, s)
	p.leave(t)
	for {
		event, err := s.Next(patient(t))
		if err == nil {
			event.Frame.Release()
			continue
		}
		if !errors.Is(err, io.EOF) {
			t.Errorf("after the participant left: %v, want io.EOF", err)
		}
		return
	}
}

func rowTimestamp(t *testing.T, _ publisher, participant *lksdk.RemoteParticipant) {
	s := open(t, participant, stream.WithCapacity(stream.Unbounded))
	var last int64
	var intervals []int64
	for range 30 {
		event := next(t, s)
		event.Frame.Release()
		if event.TimestampUs <= last {
			t.Fatalf("%d us after %d us", event.TimestampUs, last)
		}
		if last != 0 {
			intervals = append(intervals, event.TimestampUs-last)
		}
		last = event.TimestampUs
	}
	var sum int64
	for _, interval := range intervals {
		sum += interval
	}
	if mean := sum / int64(len(intervals)); mean < 20_000 || mean > 100_000 {
		t.Errorf("frames are %d us apart at 30 a second", mean)
	}
}

func rowErrors(t *testing.T, _ publisher, participant *lksdk.RemoteParticipant) {
	if _, err := stream.FromParticipant(participant, livekit.TrackSource_MICROPHONE); !errors.Is(err, stream.ErrNotVideo) {
		t.Errorf("a microphone: %v, want ErrNotVideo", err)
	}
	if _, err := stream.FromParticipant(participant, source, stream.WithFormat(42)); !errors.Is(err, caps.ErrUnknownFormat) {
		t.Errorf("format 42: %v, want ErrUnknownFormat", err)
	}
	s := open(t, participant)
	must(t, s.Close())
	if _, err := s.Next(context.Background()); !errors.Is(err, stream.ErrClosed) {
		t.Errorf("Next after Close: %v, want ErrClosed", err)
	}
}
