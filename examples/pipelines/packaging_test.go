package pipelines

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// TestPackagedRecordersEndWhenTheRoomIsEmpty runs the command of the systemd unit and that of the Kubernetes Job. What the unit
// puts around its command, such as its user, is not there; of the Job, TestJobRunsAsItsUserOnAReadOnlyRoot has it.
func TestPackagedRecordersEndWhenTheRoomIsEmpty(t *testing.T) {
	recorder := build(t, "../record-room")
	for name, command := range map[string]func(room, folder string) *exec.Cmd{
		"Unit": func(room, folder string) *exec.Cmd {
			script := setting(t, "../../packaging/systemd/record-room@.service", `ExecStart=/bin/sh -c '(.*)' sh %I %i`)
			script = strings.NewReplacer("$$", "$", "%%", "%", "/usr/local/bin/record-room", recorder).Replace(script)
			cmd := exec.Command("/bin/sh", "-c", script, "sh", room, room)
			cmd.Env = append(uninstalled(), "STATE_DIRECTORY="+folder)
			return cmd
		},
		"Job": func(room, folder string) *exec.Cmd {
			arguments := setting(t, "../../packaging/kubernetes/record-room.yaml", `args: \[(.*)\]`)
			arguments = strings.NewReplacer("$(ROOM)", room, "$(POD)", "pod", "/recordings/", folder+"/").Replace(arguments)
			cmd := exec.Command(recorder, strings.Split(arguments, ", ")...)
			cmd.Env = uninstalled()
			return cmd
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			room, folder := filepath.Base(rig.Room(t)), t.TempDir()
			alice := rig.Publish(t, testpublisher.Config{Room: room})
			p := start(t, command(room, folder))
			made := func() string {
				found, err := filepath.Glob(filepath.Join(folder, room+"-*", "recording.json"))
				if err != nil || len(found) != 1 {
					return folder
				}
				return filepath.Dir(found[0])
			}
			awaitRecording(p, folder, "file of alice's picture", func() bool { return load(t, made()).running() == 1 })
			alice.Close()
			p.succeed()
			if r := load(t, made()); r.Ended.IsZero() || len(r.Files) != 1 || r.Files[0].State != "finished" {
				t.Errorf("the list has %+v, want one finished file", r)
			}
		})
	}
}

// setting is what a pattern's group matches in a file.
func setting(t *testing.T, file, pattern string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(pattern).FindSubmatch(text)
	if found == nil {
		t.Fatalf("%s has no %s", file, pattern)
	}
	return string(found[1])
}
