package codecs

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/play"
	"github.com/gst-livekit/gst-livekit/integration/rig"
)

func TestRecordingOfLayersShowsTheHighest(t *testing.T) {
	for _, s := range []struct{ codec, mode string }{
		{"VP9", "L3T3_KEY"},
		{"VP9", "L3T3"},
		{"AV1", "L1T3"},
		{"AV1", "L3T3_KEY"},
		{"AV1", "L3T3"},
	} {
		t.Run(s.codec+" "+s.mode, func(t *testing.T) {
			publish(t, s.codec, s.mode)
			// An encoder that has just begun may leave the highest layer out.
			p := play.Start(t, "livekitsrc room="+rig.Room(t)+play.Sink)
			awaitSize(t, p, "1280x720")
			p.Stop()
			for _, muxer := range []string{"matroskamux", "mp4mux"} {
				file := filepath.Join(t.TempDir(), "recording")
				l := launch.Start(t, "-e -v livekitsrc room="+rig.Room(t)+" ! identity name=probe silent=false ! "+muxer+" ! filesink location="+file)
				l.Lines(60, `GstIdentity:probe: last-message = chain `)
				l.Interrupt()
				if status, printed := l.End(); status != 0 || strings.Contains(printed, "WARN") {
					t.Errorf("%s: exit status %d:\n%s", muxer, status, printed)
				}
				if got := rig.Probe(t, file, "stream=width,height"); !slices.Equal(got, []string{"1280,720"}) {
					t.Errorf("%s: the file is of %v", muxer, got)
				}
				packets := rig.Probe(t, file, "packet=flags")
				sizes := rig.Probe(t, file, "frame=width,height")
				// mp4mux gives the last packet no duration, and ffmpeg does not show it.
				if len(packets) < 55 || !strings.HasPrefix(packets[0], "K") || len(sizes) < len(packets)-1 || len(sizes) > len(packets) {
					t.Errorf("%s: %d pictures of %d packets, which begin with %s", muxer, len(sizes), len(packets), packets[0])
				}
				if slices.ContainsFunc(sizes, func(s string) bool { return s != "1280,720" }) {
					t.Errorf("%s: pictures of %v", muxer, slices.Compact(sizes))
				}
			}
		})
	}
}
