package stream_test

import (
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testpicture"
	"github.com/gst-livekit/gst-livekit/internal/testpublisher"
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
				luma := f.Planes()[0]
				value, ok := testpicture.Read(luma.Data, luma.Stride, f.Width, f.Height)
				if !ok {
					t.Fatal("there is no time in the picture")
				}
				if latency := testpicture.Latency(time.Now(), value); latency < 0 || latency > 10*time.Second {
					t.Errorf("the picture is %v old", latency)
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
