//go:build distros

package distros

import (
	"path/filepath"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// TestGo126RecordsUntilThePublisherLeaves records with examples/gst126, which has the bindings for GStreamer 1.26, until the publisher leaves.
func TestGo126RecordsUntilThePublisherLeaves(t *testing.T) {
	root, ok := devserver.ModuleRoot()
	if !ok {
		t.Fatal("there is no go.mod at or above the working directory")
	}
	sent := make(chan struct{})
	publisher := rig.Publish(t, testpublisher.Config{Encoded: func(testpublisher.Encoded) {
		select {
		case sent <- struct{}{}:
		default:
		}
	}})
	s := system{t: t, name: "test-trixie-amd64"}
	recording := rig.Room(t) + ".mkv"
	l := s.run("/usr/bin/env", "GST_DEBUG=GST_EVENT:5", "/cache/gst126", "-room", rig.Room(t), "-file", "/cache/"+recording)
	l.Line(`caps event.*video/x-vp8`)
	for range 30 {
		<-sent
	}
	publisher.Close()
	if status, printed := l.End(); status != 0 {
		t.Fatalf("gst126 ends with %d:\n%s", status, printed)
	}
	file := filepath.Join(root, ".roots/cache", recording)
	if packets := rig.Probe(t, file, "packet=pts_time"); len(packets) < 20 {
		t.Errorf("%d pictures, want 20 of the 30 that were sent", len(packets))
	}
}
