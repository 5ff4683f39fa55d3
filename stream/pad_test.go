package stream_test

import (
	"strings"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/chain"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpipeline"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
	"github.com/gst-livekit/gst-livekit/stream"
)

// play plays a pipeline, and returns it with the option that makes a stream its source. What takes the data stops before
// the stream is closed, as in a pipeline.
func play(t *testing.T, downstream string) (*testpipeline.Pipeline, stream.Option) {
	t.Helper()
	p := testpipeline.Start(t, downstream)
	return p, stream.WithPad(chain.Pad{Bin: p.Bin(), Ghost: p.Ghost()})
}

// takes is a downstream that takes these caps.
func takes(caps string) string {
	return `capsfilter name=filter caps="` + caps + `"` + testpipeline.Sink
}

// pullUntil pulls buffers until one has such caps, which it returns. Times rise, and nothing else is said.
func pullUntil(t *testing.T, p *testpipeline.Pipeline, caps string, last time.Duration) testpipeline.Buffer {
	t.Helper()
	for {
		b, ok := p.Pull()
		if !ok {
			t.Fatal("the stream ends")
		}
		if b.PTS <= last {
			t.Errorf("a buffer is at %v, after one at %v", b.PTS, last)
		}
		last = b.PTS
		if said := append(p.Said("error"), p.Said("warning")...); len(said) > 0 {
			t.Fatalf("the pipeline says %+v", said)
		}
		if strings.Contains(b.Caps, caps) {
			return b
		}
	}
}

func TestPadGivesWhatDownstreamWantsNow(t *testing.T) {
	t.Parallel()
	for codec, mediaType := range map[testpublisher.Codec]string{
		testpublisher.VP8:  "video/x-vp8",
		testpublisher.H264: "video/x-h264",
	} {
		t.Run(string(codec), func(t *testing.T) {
			t.Parallel()
			publish(t, testpublisher.Config{Codec: codec})
			app := join(t)
			p, pad := play(t, takes(mediaType))
			s := app.fromPublisher(t, pad)
			t.Cleanup(p.StopDownstream)
			b, ok := p.Pull()
			if !ok || b.Delta || !strings.HasPrefix(b.Caps, mediaType) {
				t.Fatalf("the first buffer: delta unit %v, caps %s, %v", b.Delta, b.Caps, ok)
			}
			for range 2 {
				for _, want := range []string{"video/x-raw", mediaType} {
					p.Set("filter", "caps", want)
					b = pullUntil(t, p, want, b.PTS)
					if want == mediaType && b.Delta {
						t.Error("the stream goes on with a delta unit")
					}
				}
			}
			s.End()
			for ok := true; ok; {
				_, ok = p.Pull()
			}
		})
	}
}

// TestUntouchedStreamThatIsReadDropsNothing looks at the counter all the time, also while a unit is on its way.
func TestUntouchedStreamThatIsReadDropsNothing(t *testing.T) {
	t.Parallel()
	publish(t, testpublisher.Config{FrameRate: 60})
	app := join(t)
	p, pad := play(t, takes("video/x-vp8"))
	s := app.fromPublisher(t, pad)
	t.Cleanup(p.StopDownstream)
	stop, most := make(chan struct{}), make(chan uint64)
	go func() {
		var dropped uint64
		for {
			select {
			case <-stop:
				most <- dropped
				return
			default:
				dropped = max(dropped, s.Stats().Dropped)
			}
		}
	}()
	for range 120 {
		if _, ok := p.Pull(); !ok {
			t.Error("the stream ends")
			break
		}
	}
	close(stop)
	if dropped := <-most; dropped > 0 {
		t.Errorf("%d units are said to be dropped", dropped)
	}
}

// TestSlowDownstreamOfAnUntouchedStreamSkipsToAKeyFrame reads nothing for so long that the backlog is full.
func TestSlowDownstreamOfAnUntouchedStreamSkipsToAKeyFrame(t *testing.T) {
	t.Parallel()
	publisher := publish(t, testpublisher.Config{FrameRate: 60})
	app := join(t)
	p, pad := play(t, takes("video/x-vp8")+" max-buffers=1")
	s := app.fromPublisher(t, pad)
	t.Cleanup(p.StopDownstream)
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	patience := patient(t)
	for s.Stats().Dropped == 0 {
		select {
		case <-ticker.C:
		case <-patience.Done():
			t.Fatalf("nothing is dropped of %d frames", publisher.Frames())
		}
	}
	last := time.Duration(-1)
	for units := 0; ; units++ {
		b, ok := p.Pull()
		if !ok || b.PTS <= last {
			t.Fatalf("buffer %d at %v after %v, %v", units, b.PTS, last, ok)
		}
		last = b.PTS
		if b.Discont && units > 0 {
			if b.Delta {
				t.Error("it goes on with a delta unit")
			}
			if units < 80 {
				t.Errorf("only %d units were kept", units)
			}
			return
		}
	}
}
