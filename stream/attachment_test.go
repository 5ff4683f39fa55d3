package stream_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gst-livekit/gst-livekit/internal/testpicture"
	"github.com/gst-livekit/gst-livekit/internal/testpublisher"
	"github.com/gst-livekit/gst-livekit/stream"
)

// attached remembers what was sent with which picture, by the time in it.
type attached struct {
	mu   sync.Mutex
	next int
	sent map[uint32]int
}

// with makes a publisher attach what choose says, whose argument counts from 0.
func (a *attached) with(choose func(number int, shown uint32) testpublisher.Attachment) func(uint32) testpublisher.Attachment {
	a.sent = map[uint32]int{}
	return func(shown uint32) testpublisher.Attachment {
		a.mu.Lock()
		defer a.mu.Unlock()
		number := a.next
		a.next++
		a.sent[shown] = number
		return choose(number, shown)
	}
}

// to tells the time in a frame and the number of what was sent with it.
func (a *attached) to(t *testing.T, f *stream.VideoFrame) (number int, shown uint32) {
	t.Helper()
	luma := f.Planes()[0]
	shown, ok := testpicture.Read(luma.Data, luma.Stride, f.Width, f.Height)
	if !ok {
		t.Fatal("no time in the picture")
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	number, ok = a.sent[shown]
	if !ok {
		t.Fatalf("no picture of %d was sent", shown)
	}
	return number, shown
}

// pictureMetadata is all, nothing or a part, in turn. It is made of the picture's time, so that no other picture's can be
// taken for it.
func pictureMetadata(number int, shown uint32) *testpublisher.Metadata {
	timestamp, frame, zero := uint64(shown)<<20|5, shown, uint32(0)
	data := fmt.Appendf(nil, "picture of %d", shown)
	return []*testpublisher.Metadata{
		{UserTimestamp: &timestamp, FrameID: &frame},
		nil,
		{UserTimestamp: &timestamp, FrameID: &frame, UserData: data},
		{FrameID: &frame},
		{UserTimestamp: &timestamp},
		{FrameID: &zero, UserData: data},
	}[number%6]
}

func TestMetadataIsThatOfItsFrame(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		codec testpublisher.Codec
		inSEI bool
	}{
		{"vp8", testpublisher.VP8, false},
		{"vp9", testpublisher.VP9, false},
		{"h264", testpublisher.H264, false},
		{"h264 in SEI", testpublisher.H264, true},
		{"h265", testpublisher.H265, false},
		{"h265 in SEI", testpublisher.H265, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			var all attached
			publish(t, testpublisher.Config{
				Codec: test.codec, Pattern: testpublisher.Colours,
				Attach: all.with(func(number int, shown uint32) testpublisher.Attachment {
					return testpublisher.Attachment{Metadata: pictureMetadata(number, shown), MetadataInSEI: test.inSEI}
				}),
			})
			s := join(t).fromPublisher(t)
			for kinds, frames := map[int]bool{}, 0; frames < 30 || len(kinds) < 6; frames++ {
				event := mustNext(t, s)
				number, shown := all.to(t, event.Frame)
				checkColours(t, event.Frame)
				event.Frame.Release()
				kinds[number%6] = true
				want := (*stream.FrameMetadata)(nil)
				if m := pictureMetadata(number, shown); m != nil {
					want = &stream.FrameMetadata{UserTimestamp: m.UserTimestamp, FrameID: m.FrameID, UserData: m.UserData}
				}
				if diff := cmp.Diff(want, event.Metadata); diff != "" {
					t.Fatalf("frame %d (-want +got):\n%s", number, diff)
				}
			}
		})
	}
}
