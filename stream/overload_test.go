package stream_test

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testdecoder"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
	"github.com/gst-livekit/gst-livekit/stream"
)

// TestADecoderThatIsTooSlowGoesOnWithKeyFrames has one that needs twice the time which there is for a picture, and a publisher
// who has no lower layer.
func TestADecoderThatIsTooSlowGoesOnWithKeyFrames(t *testing.T) {
	testdecoder.PreferSlow(t)
	publisher := publish(t, testpublisher.Config{Width: 656, Height: 368})
	log := new(logged)
	s := join(t).fromPublisher(t, stream.WithLogger(slog.New(slog.NewTextHandler(log, nil))))
	const often = 3
	// waited is how long the next frame has been on its way through the decoder.
	waited := func() time.Duration {
		event := mustNext(t, s)
		event.Frame.Release()
		return time.Since(event.ReceivedAt)
	}
	for ctx := patient(t); log.count(`msg="frames dropped up to a key frame"`) < often; waited() {
		if ctx.Err() != nil {
			t.Fatalf("the decoder was not helped:\n%s", log)
		}
	}
	for ctx := patient(t); waited() > time.Second/4; {
		if ctx.Err() != nil {
			t.Fatalf("frames stay late:\n%s", log)
		}
	}
	if stats := s.Stats(); stats.DroppedUndecoded < often || publisher.KeyFrames() < often {
		t.Errorf("%+v, and %d key frames", stats, publisher.KeyFrames())
	}
}

// logged is a log that may be read while it is written.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (l *logged) count(text string) int { return strings.Count(l.String(), text) }
