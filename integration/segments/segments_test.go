package segments

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// tolerance is how much longer or shorter a segment may be than what was asked for.
const tolerance = 500 * time.Millisecond

// TestSegmentsAreAsLongAsTheyAreToBe has a publisher who makes a key frame only when asked for one.
func TestSegmentsAreAsLongAsTheyAreToBe(t *testing.T) {
	const split = "splitmuxsink send-keyframe-requests=true max-size-time=2000000000 location=FOLDER/%05d"
	for _, row := range []struct {
		name     string
		codec    testpublisher.Codec
		sink     string
		want     time.Duration
		segments int
	}{
		{"MP4", testpublisher.H264, split, 2 * time.Second, 4},
		{"Matroska", testpublisher.H264, split + " muxer-factory=matroskamux", 2 * time.Second, 4},
		{"VP8", testpublisher.VP8, split + " muxer-factory=matroskamux", 2 * time.Second, 4},
		{
			"HLS", testpublisher.H264,
			"h264parse ! hlssink2 target-duration=4 max-files=100 location=FOLDER/%05d playlist-location=FOLDER/list.m3u8", 4 * time.Second, 3,
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			rig.Publish(t, testpublisher.Config{Codec: row.codec})
			folder := t.TempDir()
			l := launch.Start(t, "-e -m livekitsrc room="+rig.Room(t)+" ! "+strings.ReplaceAll(row.sink, "FOLDER", folder))
			l.Lines(row.segments, `splitmuxsink-fragment-closed`)
			l.Interrupt()
			if status, printed := l.End(); status != 0 {
				t.Errorf("exit status %d:\n%s", status, printed)
			}
			for i := range row.segments {
				file := filepath.Join(folder, fmt.Sprintf("%05d", i))
				got := duration(t, file)
				t.Logf("segment %d lasts %v", i, got)
				if got < row.want-tolerance || got > row.want+tolerance {
					t.Errorf("segment %d lasts %v, want %v", i, got, row.want)
				}
			}
		})
	}
}

// duration is from the first picture of a file to the end of its last one. Any warning of ffprobe fails the test, and so
// does a file that begins with anything but a key frame.
func duration(t *testing.T, file string) time.Duration {
	t.Helper()
	lines := rig.Probe(t, file, "packet=pts_time,flags")
	if len(lines) < 2 {
		t.Fatalf("%s has %d pictures", file, len(lines))
	}
	if _, flags, _ := strings.Cut(lines[0], ","); !strings.HasPrefix(flags, "K") {
		t.Errorf("%s begins with %q, want a key frame", file, lines[0])
	}
	times := make([]float64, 0, len(lines))
	for _, line := range lines {
		text, _, _ := strings.Cut(line, ",")
		seconds, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		times = append(times, seconds)
	}
	last := len(times) - 1
	return time.Duration((times[last] - times[0]) * float64(time.Second) * float64(last+1) / float64(last))
}
