package layers_test

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testdecoder"
	"github.com/gst-livekit/gst-livekit/stream"
)

func TestDecoderThatIsTooSlowGetsALowerLayer(t *testing.T) {
	testdecoder.PreferSlow(t)
	for name, layer := range map[string]stream.Layer{"Everything": {}, "ByName": {Quality: stream.QualityHigh}} {
		t.Run(name, func(t *testing.T) {
			publish(t, server, "VP8")
			log := new(logged)
			s := join(t, server, "application").open(t, stream.WithLayer(layer),
				stream.WithLogger(slog.New(slog.NewTextHandler(log, nil))))
			for {
				if _, got := next(t, s); got == high {
					break
				}
			}
			awaitSize(t, s, medium)
			// The publisher may send less by itself, too.
			if text := log.String(); !strings.Contains(text, `msg="asking the server for less" reason="the decoder does not keep up" quality=medium`) {
				t.Errorf("it was not asked for:\n%s", text)
			}
			if decoder := s.Stats().Decoder; decoder != "testdecslow" {
				t.Errorf("%s decodes", decoder)
			}
		})
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
