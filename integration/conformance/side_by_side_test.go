package conformance_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
	"github.com/gst-livekit/gst-livekit/stream"
)

const (
	width, height = 640, 360
	comparedFor   = 10 * time.Second
	// maxDifferenceYUV and maxDifferenceRGB are the mean absolute differences per channel that the two may have. The
	// decoded planes are equal to the bit.
	maxDifferenceYUV = 0.0
	maxDifferenceRGB = 2.0
)

// comparedTypes are compared byte for byte of the original's layout.
var comparedTypes = []caps.VideoBufferType{caps.RGBA, caps.BGRA, caps.RGB24, caps.I420}

// pictures are frames by the time written in them.
type pictures map[uint32]*stream.VideoFrame

// readOurs keeps every frame for a while.
func readOurs(ctx context.Context, s *stream.VideoStream) (pictures, error) {
	seen := pictures{}
	var end time.Time
	for end.IsZero() || time.Now().Before(end) {
		event, err := s.Next(ctx)
		if err != nil {
			return nil, err
		}
		if end.IsZero() {
			end = time.Now().Add(comparedFor)
		}
		i420, err := event.Frame.Convert(caps.I420, false)
		event.Frame.Release()
		if err != nil {
			return nil, err
		}
		luma := i420.Planes()[0]
		if value, ok := testpicture.Read(luma.Data, luma.Stride, i420.Width, i420.Height); ok {
			seen[value] = i420
		}
	}
	return seen, nil
}

// readTheirs notes the times that the original saw until stop is closed, and which of them it kept.
func readTheirs(peer *rtcnode.Peer, stop <-chan struct{}) (seen map[uint32]bool, err error) {
	seen = map[uint32]bool{}
	for {
		select {
		case event, ok := <-peer.Events():
			if !ok {
				return nil, fmt.Errorf("the peer ended: %w", peer.Close())
			}
			if event.Event == "frame" && event.Time != nil {
				if event.Width != width || event.Height != height {
					return nil, fmt.Errorf("the original's frame is %dx%d", event.Width, event.Height)
				}
				seen[*event.Time] = seen[*event.Time] || event.Kept
			}
		case <-stop:
			return seen, nil
		}
	}
}

func TestSideBySideWithTheOriginal(t *testing.T) {
	for _, codec := range []testpublisher.Codec{testpublisher.VP8, testpublisher.H264} {
		t.Run(string(codec), func(t *testing.T) {
			publisher, err := testpublisher.Start(patient(t), testpublisher.Config{
				URL: server.URL(), APIKey: server.APIKey, APISecret: server.APISecret, Room: t.Name(),
				Codec: codec, Width: width, Height: height, Bitrate: 2_000_000,
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(publisher.Close)

			directory := t.TempDir()
			peer, err := rtcnode.Start(rtcnode.Settings{
				Role: "receive", URL: server.URL(), Token: token(t, "original"), Directory: directory, Keep: 20,
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(peer.Kill)
			s, err := stream.FromParticipant(join(t, publisher.Identity()), livekit.TrackSource_CAMERA,
				stream.WithCapacity(stream.Unbounded))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.Close() })
			if _, err := peer.Await("frame"); err != nil {
				t.Fatal(err)
			}

			stop := make(chan struct{})
			type result struct {
				seen map[uint32]bool
				err  error
			}
			results := make(chan result, 1)
			go func() {
				seen, err := readTheirs(peer, stop)
				results <- result{seen, err}
			}()
			ours, err := readOurs(patient(t), s)
			close(stop)
			theirs := <-results
			if err != nil || theirs.err != nil {
				t.Fatal(err, theirs.err)
			}
			compareCounts(t, ours, theirs.seen)
			comparePixels(t, ours, theirs.seen, directory)
		})
	}
}

// compareCounts compares what each saw between the first and the last frame that both saw, with one frame of tolerance at
// each end. The original may lose frames on a busy machine; ours must have every one that it has.
func compareCounts(t *testing.T, ours pictures, theirs map[uint32]bool) {
	t.Helper()
	var first, last uint32
	for value := range ours {
		if _, both := theirs[value]; !both {
			continue
		}
		if first == 0 || int32(value-first) < 0 {
			first = value
		}
		if last == 0 || int32(value-last) > 0 {
			last = value
		}
	}
	within := func(value uint32) bool { return int32(value-first) >= 0 && int32(last-value) >= 0 }
	var us, them, missing int
	for value := range ours {
		if within(value) {
			us++
		}
	}
	for value := range theirs {
		if within(value) {
			them++
			if ours[value] == nil {
				missing++
			}
		}
	}
	t.Logf("%d frames of ours, %d of the original's in %d ms", us, them, last-first)
	if missing > 2 || them < 100 {
		t.Errorf("%d frames, and the original gave %d, of which we lack %d", us, them, missing)
	}
}

func comparePixels(t *testing.T, ours pictures, theirs map[uint32]bool, directory string) {
	t.Helper()
	compared := 0
	worst := map[caps.VideoBufferType]float64{}
	for value, kept := range theirs {
		frame := ours[value]
		if !kept || frame == nil {
			continue
		}
		compared++
		for _, kind := range comparedTypes {
			converted, err := frame.Convert(kind, false)
			if err != nil {
				t.Fatal(err)
			}
			got, err := converted.Data()
			if err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(filepath.Join(directory, fmt.Sprintf("%d.%s", value, kind)))
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(want) {
				t.Fatalf("%s has %d bytes, the original's %d", kind, len(got), len(want))
			}
			for _, difference := range differences(kind, got, want) {
				worst[kind] = max(worst[kind], difference)
			}
		}
	}
	if compared < 5 {
		t.Fatalf("only %d frames could be compared", compared)
	}
	for _, kind := range comparedTypes {
		t.Logf("%s: mean difference of the worst channel of %d frames is %.3f", kind, compared, worst[kind])
		limit := maxDifferenceRGB
		if kind == caps.I420 {
			limit = maxDifferenceYUV
		}
		if worst[kind] > limit {
			t.Errorf("%s: mean difference %.3f, want at most %.1f", kind, worst[kind], limit)
		}
	}
}

// differences are the mean absolute differences of each channel.
func differences(kind caps.VideoBufferType, a, b []byte) []float64 {
	channels := map[caps.VideoBufferType]int{caps.RGBA: 4, caps.BGRA: 4, caps.RGB24: 3}[kind]
	channelOf := func(i int) int { return i % channels }
	if kind == caps.I420 {
		layout, err := kind.Layout(width, height)
		if err != nil {
			return nil
		}
		channels = len(layout.Planes)
		channelOf = func(i int) int {
			c := 0
			for c+1 < channels && i >= layout.Planes[c+1].Offset {
				c++
			}
			return c
		}
	}
	sums, counts := make([]float64, channels), make([]float64, channels)
	for i := range a {
		c := channelOf(i)
		difference := int(a[i]) - int(b[i])
		sums[c] += float64(max(difference, -difference))
		counts[c]++
	}
	for c := range sums {
		sums[c] /= counts[c]
	}
	return sums
}
