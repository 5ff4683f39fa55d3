package static

import (
	"slices"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/integration/rtcnode"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// maxCaptureError is how wrong a capture time may be.
const maxCaptureError = 5 * time.Millisecond

// TestCaptureTimeIsTheOneInThePicture for the sender reports of the Go SDK, which say when a frame was sent, and for the
// capture times of libwebrtc.
func TestCaptureTimeIsTheOneInThePicture(t *testing.T) {
	for name, publish := range map[string]func(t *testing.T){
		"SenderReport":        func(t *testing.T) { rig.Publish(t, testpublisher.Config{}) },
		"AbsoluteCaptureTime": func(t *testing.T) { rig.PublishNode(t, rtcnode.Settings{}) },
	} {
		t.Run(name, func(t *testing.T) {
			publish(t)
			p := play.Parse(t, "livekitsrc room="+rig.Room(t)+play.Sink)
			log := p.Log("sink", "sink")
			p.Play()
			log.AwaitKind("captured")
			// A publisher that the machine keeps waiting says the wrong time until its next sender report.
			var median time.Duration
			for range 5 {
				errors := captureErrors(t, p, log, 60)
				median = errors[len(errors)/2]
				t.Logf("capture time minus time in the picture: median %v, least %v, most %v", median, errors[0], errors[len(errors)-1])
				if median.Abs() <= maxCaptureError {
					return
				}
			}
			t.Errorf("capture times are %v off, want at most %v", median, maxCaptureError)
		})
	}
}

// captureErrors returns capture time minus time in the picture for n frames, sorted. Log has just passed a frame.
func captureErrors(t *testing.T, p *play.Pipeline, log *play.PadLog, n int) []time.Duration {
	t.Helper()
	passed := log.AwaitKind("buffer").Time
	var errors []time.Duration
	for len(errors) < n {
		frame := p.Frame()
		if frame.PTS <= passed {
			continue
		}
		drawn, err := frame.Time()
		if err != nil {
			t.Fatal(err)
		}
		log.Await("frame that was read", func(passed play.Passed) bool {
			return passed.Kind == "buffer" && passed.Time == frame.PTS
		})
		passed = frame.PTS
		captured := log.Await("capture time", func(play.Passed) bool { return true })
		if captured.Kind != "captured" {
			t.Fatalf("the frame at %v has no capture time", frame.PTS)
		}
		errors = append(errors, testpicture.Latency(time.Unix(0, int64(captured.Time)), drawn))
	}
	slices.Sort(errors)
	return errors
}
