//go:build examples

package pipelines

import (
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// TestBridge records the second room, without decoding: what comes has the publisher's codecs, and its times.
func TestBridge(t *testing.T) {
	program := build(t, "../bridge")
	for codec, name := range map[testpublisher.Codec]string{testpublisher.H264: "h264", testpublisher.VP8: "vp8"} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			rig.Publish(t, testpublisher.Config{Identity: "alice", Codec: codec, Width: 640, Height: 360, Tone: true})
			copied := rig.Room(t) + "-copy"
			cmd := exec.Command(program, "-from", rig.Room(t), "-to", copied)
			cmd.Env = uninstalled()
			bridge := start(t, cmd)
			bridge.await(2, "publishes ")
			file := filepath.Join(t.TempDir(), "copy.mkv")
			receiver := start(t, script("record-both.sh", copied, "bridge", file))
			receiver.awaitFile(file, enough)
			receiver.interrupt()
			receiver.succeed()
			bridge.interrupt()
			bridge.succeed()
			if found := streams(t, file); !sameCodecs(found, name, "opus") {
				t.Errorf("ffprobe finds %+v, want %s and opus", found, name)
			}
			checkTime(t, lastPicture(t, file, 0), began)
		})
	}
}
