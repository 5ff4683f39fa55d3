package stream_test

import (
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
	"github.com/gst-livekit/gst-livekit/stream"
)

func TestTrackGivesThePublishedPicture(t *testing.T) {
	t.Parallel()
	for _, codec := range []testpublisher.Codec{testpublisher.VP8, testpublisher.H264} {
		t.Run(string(codec), func(t *testing.T) {
			t.Parallel()
			publish(t, testpublisher.Config{Codec: codec})
			s := join(t).fromTrack(t)
			var last stream.VideoFrameEvent
			for i := range 10 {
				event := mustNext(t, s)
				f := event.Frame
				if f.Type != caps.I420 || f.Width != width || f.Height != height {
					t.Fatalf("frame is %v %dx%d, want I420 %dx%d", f.Type, f.Width, f.Height, width, height)
				}
				if age := pictureAge(t, f); age < 0 || age > 10*time.Second {
					t.Errorf("the picture is %v old", age)
				}
				if i > 0 {
					checkTimes(t, last, event)
				}
				last = event
				f.Release()
			}
		})
	}
}

// pictureAge reads the time in the picture.
func pictureAge(t *testing.T, f *stream.VideoFrame) time.Duration {
	t.Helper()
	luma := f.Planes()[0]
	value, ok := testpicture.Read(luma.Data, luma.Stride, f.Width, f.Height)
	if !ok {
		t.Fatal("there is no time in the picture")
	}
	return testpicture.Latency(time.Now(), value)
}

func TestStreamOpenedLateBeginsWithThePresent(t *testing.T) {
	t.Parallel()
	p := publish(t, testpublisher.Config{})
	app := join(t)
	sub := app.NextSubscription(t)
	// Nobody reads the track for some seconds.
	const unread = 100
	began := p.Frames()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for p.Frames() < began+unread {
		mustReceive(t, ticker.C, "time")
	}
	for name, s := range map[string]*stream.VideoStream{
		"track":       mustOpen(t)(stream.FromTrack(sub.Track, stream.WithPLIWriter(sub.Participant.WritePLI))),
		"participant": app.fromPublisher(t),
	} {
		if age := pictureAge(t, mustNext(t, s).Frame); age > unread*frameDuration/2 {
			t.Errorf("first picture of the %s is %v old", name, age)
		}
		s.Close()
	}
}

func checkTimes(t *testing.T, last, event stream.VideoFrameEvent) {
	t.Helper()
	rtp := time.Duration(event.RTPTimestamp-last.RTPTimestamp) * time.Second / 90000
	shown := time.Duration(event.TimestampUs-last.TimestampUs) * time.Microsecond
	if rtp <= 0 || rtp > 10*time.Second {
		t.Errorf("RTP timestamp %d after %d", event.RTPTimestamp, last.RTPTimestamp)
	}
	if shown <= 0 || (shown-rtp).Abs() > 100*time.Millisecond {
		t.Errorf("shown %v after the last one, which was made %v before", shown, rtp)
	}
	if event.ReceivedAt.Before(last.ReceivedAt) || time.Since(event.ReceivedAt) > patience {
		t.Errorf("received at %v, the last one at %v", event.ReceivedAt, last.ReceivedAt)
	}
	if event.Rotation != 0 {
		t.Errorf("rotation is %d", event.Rotation)
	}
}
