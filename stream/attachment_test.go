package stream_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gst-livekit/gst-livekit/internal/testkit/roomtest"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
	"github.com/gst-livekit/gst-livekit/stream"
)

// attached remembers what was sent with which picture, by the time in it.
type attached[T any] struct {
	mu   sync.Mutex
	next int
	sent map[uint32]T
}

// with makes a publisher attach what choose says, which is told how many pictures were sent before, and notes something
// about it.
func (a *attached[T]) with(choose func(number int, p testpublisher.Picture) (testpublisher.Attachment, T)) func(testpublisher.Picture) testpublisher.Attachment {
	a.sent = map[uint32]T{}
	return func(p testpublisher.Picture) testpublisher.Attachment {
		a.mu.Lock()
		defer a.mu.Unlock()
		attachment, note := choose(a.next, p)
		a.next++
		a.sent[p.Time] = note
		return attachment
	}
}

// to gives the note about a frame.
func (a *attached[T]) to(t *testing.T, f *stream.VideoFrame) T {
	t.Helper()
	luma := f.Planes()[0]
	shown, ok := testpicture.Read(luma.Data, luma.Stride, f.Width, f.Height)
	if !ok {
		t.Fatal("no time in the picture")
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	note, ok := a.sent[shown]
	if !ok {
		t.Fatalf("no picture of %d was sent", shown)
	}
	return note
}

// pictureMetadata is all, nothing or a part, in turn. It is made of the picture's time, so that no other picture's can be
// taken for it.
func pictureMetadata(number int, time uint32) *testpublisher.Metadata {
	timestamp, frame, zero := uint64(time)<<20|5, time, uint32(0)
	data := fmt.Appendf(nil, "picture of %d", time)
	return []*testpublisher.Metadata{
		{UserTimestamp: &timestamp, FrameID: &frame},
		nil,
		{UserTimestamp: &timestamp, FrameID: &frame, UserData: data},
		{FrameID: &frame},
		{UserTimestamp: &timestamp},
		{FrameID: &zero, UserData: data},
	}[number%6]
}

// sentMetadata is what was sent with a picture.
type sentMetadata struct {
	number   int
	metadata *stream.FrameMetadata
}

// publishMetadata publishes the known picture with metadata.
func publishMetadata(t *testing.T, config testpublisher.Config, inSEI bool) *attached[sentMetadata] {
	t.Helper()
	all := new(attached[sentMetadata])
	config.Pattern = testpublisher.Colours
	config.Attach = all.with(func(number int, p testpublisher.Picture) (testpublisher.Attachment, sentMetadata) {
		m := pictureMetadata(number, p.Time)
		sent := sentMetadata{number: number}
		if m != nil {
			sent.metadata = &stream.FrameMetadata{UserTimestamp: m.UserTimestamp, FrameID: m.FrameID, UserData: m.UserData}
		}
		return testpublisher.Attachment{Metadata: m, MetadataInSEI: inSEI}, sent
	})
	publish(t, config)
	return all
}

var metadataTests = []struct {
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
}

func TestMetadataIsThatOfItsFrame(t *testing.T) {
	t.Parallel()
	for _, test := range metadataTests {
		t.Run(test.name, func(t *testing.T) {
			all := publishMetadata(t, testpublisher.Config{Codec: test.codec}, test.inSEI)
			checkMetadata(t, join(t).fromPublisher(t), all)
		})
	}
}

// checkMetadata reads until it has seen what each kind of metadata arrives as.
func checkMetadata(t *testing.T, s *stream.VideoStream, all *attached[sentMetadata]) {
	t.Helper()
	for kinds, frames := map[int]bool{}, 0; frames < 30 || len(kinds) < 6; frames++ {
		event := mustNext(t, s)
		sent := all.to(t, event.Frame)
		checkColours(t, event.Frame)
		event.Frame.Release()
		kinds[sent.number%6] = true
		if diff := cmp.Diff(sent.metadata, event.Metadata); diff != "" {
			t.Fatalf("picture %d (-want +got):\n%s", sent.number, diff)
		}
	}
}

// From others the server takes such metadata away, most of the time.
func TestAnnouncedMetadataComesToThoseWhoSayThatTheyKnowIt(t *testing.T) {
	t.Parallel()
	for _, codec := range []testpublisher.Codec{testpublisher.VP8, testpublisher.H264, testpublisher.H265} {
		t.Run(string(codec), func(t *testing.T) {
			all := publishMetadata(t, testpublisher.Config{Codec: codec, AnnounceMetadata: true}, false)
			checkMetadata(t, application{roomtest.JoinIn(t, server, stream.JoinContext)}.fromPublisher(t), all)
		})
	}
}
