//go:build distros

package distros

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// compose is what this test reads of compose.yaml.
type compose struct {
	Services map[string]struct {
		Command     string
		StopSignal  string `yaml:"stop_signal"`
		Environment map[string]string
	}
}

// TestImageRecordsAsTheComposeFileSays runs the recorder's command in the image of scripts/image.sh. The server is not the
// compose file's, because no Docker is asked for.
func TestImageRecordsAsTheComposeFileSays(t *testing.T) {
	root, ok := devserver.ModuleRoot()
	if !ok {
		t.Fatal("there is no go.mod at or above the working directory")
	}
	text, err := os.ReadFile(filepath.Join(root, "compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var file compose
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	recorder := file.Services["recorder"]
	for _, name := range []string{"LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"} {
		if recorder.Environment[name] == "" {
			t.Errorf("compose.yaml does not set %s for the recorder", name)
		}
	}
	if recorder.StopSignal != "SIGINT" {
		t.Errorf("compose.yaml stops the recorder with %q, which does not finish the file", recorder.StopSignal)
	}

	rig.Publish(t, testpublisher.Config{Tone: true})
	command := strings.Fields(strings.ReplaceAll(recorder.Command, "room=demo", "room="+rig.Room(t)))
	recording := filepath.Join(root, ".roots/image-gst-livekit/recordings/demo.mkv")
	_ = os.Remove(recording)
	command = append(command, "-v") // it tells of caps
	l := launch.Program(t, nil, filepath.Join(root, ".roots/image-gst-livekit.sh"), command...)
	l.Line(`GstMatroskaMux:m.*video_0: caps = video/x-vp8`)
	l.Interrupt()
	if status, printed := l.End(); status != 0 {
		t.Fatalf("the recorder ends with %d:\n%s", status, printed)
	}
	if packets := rig.Probe(t, recording, "packet=pts_time"); len(packets) == 0 {
		t.Error("the recording has no picture")
	}
	notOfRoot(t, recording)
}

func notOfRoot(t *testing.T, file string) {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if owner := info.Sys().(*syscall.Stat_t).Uid; owner == 0 {
		t.Error("the recorder runs as root")
	}
}

// TestImageRecordsARoom runs the image for packaging/kubernetes, which has no plugin.
func TestImageRecordsARoom(t *testing.T) {
	root, ok := devserver.ModuleRoot()
	if !ok {
		t.Fatal("there is no go.mod at or above the working directory")
	}
	const name = "recordings/room"
	folder := filepath.Join(root, ".roots/image-record-room", name)
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	publisher := rig.Publish(t, testpublisher.Config{Tone: true})
	l := launch.Program(t, nil, filepath.Join(root, ".roots/image-record-room.sh"),
		"record-room", "-until-empty", "-room", rig.Room(t), "-folder", "/"+name)
	patient := rig.Patient(t)
	for files := 0; files < 2; {
		select {
		case <-time.After(100 * time.Millisecond):
		case <-patient.Done():
			status, printed := l.End()
			t.Fatalf("%d files; the recorder ends with %d:\n%s", files, status, printed)
		}
		list, _ := os.ReadFile(filepath.Join(folder, "recording.json")) // is not there at first
		files = strings.Count(string(list), `"codec"`)
	}
	for before := publisher.Frames(); publisher.Frames() < before+30; {
		select {
		case <-time.After(100 * time.Millisecond):
		case <-patient.Done():
			t.Fatal("the publisher stands still")
		}
	}
	publisher.Close()
	if status, printed := l.End(); status != 0 {
		t.Fatalf("the recorder ends with %d:\n%s", status, printed)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.mk[av]"))
	if err != nil || len(files) != 2 {
		t.Fatalf("%v: %v, want one of picture and one of sound", files, err)
	}
	for _, file := range files {
		if length := rig.Probe(t, file, "format=duration"); len(length) != 1 || length[0] < "0.5" { // only who finishes a file says it
			t.Errorf("%s has %v seconds", file, length)
		}
		notOfRoot(t, file)
	}
}
