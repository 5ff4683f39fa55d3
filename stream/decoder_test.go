package stream_test

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testdecoder"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpipeline"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
	"github.com/gst-livekit/gst-livekit/stream"
)

// The tests here change which decoders GStreamer prefers, so none of them is parallel.

// warnings is a log that keeps what is worth a warning.
type warnings chan string

func (w warnings) Write(line []byte) (int, error) {
	w <- string(line)
	return len(line), nil
}

func (w warnings) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

func TestDecodersThatFailAreReplaced(t *testing.T) {
	testdecoder.Prefer(t, testdecoder.Unready, testdecoder.Broken, testdecoder.Silent)
	publisher := publish(t, testpublisher.Config{})
	log := make(warnings, 100)
	s := join(t).fromPublisher(t, stream.WithLogger(log.logger()))
	mustRead(t, s, 10)
	for _, kind := range []testdecoder.Kind{testdecoder.Unready, testdecoder.Broken, testdecoder.Silent} {
		if line := mustReceive(t, log, "a warning"); !strings.Contains(line, "decoder "+kind.Name()+" does not work") {
			t.Errorf("%s is logged, want a warning of %s", line, kind.Name())
		}
	}

	// They are not tried again with the next track.
	made := testdecoder.Broken.Made()
	if err := publisher.Unpublish(); err != nil {
		t.Fatal(err)
	}
	if err := publisher.Republish(); err != nil {
		t.Fatal(err)
	}
	mustRead(t, s, 20)
	if again := testdecoder.Broken.Made() - made; again != 0 {
		t.Errorf("a decoder that does not work was made %d times again", again)
	}
}

// TestStreamWithAFailedDecoderLetsGoOfThePad ends a stream whose decoder has failed and that gets no further key frame:
// nobody asks for one.
func TestStreamWithAFailedDecoderLetsGoOfThePad(t *testing.T) {
	testdecoder.Prefer(t, testdecoder.Gone)
	publish(t, testpublisher.Config{})
	app := join(t)
	sub := app.NextSubscription(t)
	p, pad := play(t, "identity"+testpipeline.Sink)
	s := mustOpen(t)(stream.FromTrack(sub.Track, pad))
	t.Cleanup(p.StopDownstream)
	if m := p.Await("warning", "error"); !strings.Contains(m.Text, testdecoder.Gone.Name()) {
		t.Errorf("the pipeline says %+v", m)
	}
	s.End()
	mustReceive(t, s.Done(), "the end")
	if s.Started() {
		t.Error("whoever has the pad waits for EOS, which does not come")
	}
	if said := p.Said("error"); len(said) > 0 {
		t.Errorf("the pipeline says %+v", said)
	}
}
