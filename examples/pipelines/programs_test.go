package pipelines

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

func TestRecordProgram(t *testing.T) {
	binary := build(t, "./record")
	record := func(t *testing.T, environment []string, arguments ...string) *program {
		t.Helper()
		cmd := exec.Command(binary, arguments...)
		cmd.Env = append(uninstalled(), environment...)
		return start(t, cmd)
	}
	finished := func(t *testing.T, p *program, file string, began time.Time) {
		t.Helper()
		p.succeed()
		if printed, _ := p.printed.Look(); printed != "wrote "+file+"\n" {
			t.Errorf("it printed %q", printed)
		}
		checkRecording(t, file, 1280, 720)
		checkTime(t, lastPicture(t, file, 0), began)
	}

	t.Run("EndsWithCtrlC", func(t *testing.T) {
		began := time.Now()
		rig.Publish(t, testpublisher.Config{Width: 640, Height: 360})
		file := filepath.Join(t.TempDir(), "a name ! with=everything.mkv")
		p := record(t, nil, "-room", rig.Room(t), "-file", file)
		p.awaitFile(file, enough)
		p.interrupt()
		finished(t, p, file, began)
	})
	t.Run("EndsWithItsParticipant", func(t *testing.T) {
		began := time.Now()
		rig.Publish(t, testpublisher.Config{Identity: "somebody else", Pattern: testpublisher.Colours})
		publisher := rig.Publish(t, testpublisher.Config{Width: 640, Height: 360})
		file := filepath.Join(t.TempDir(), "left.mkv")
		p := record(t, nil, "-room", rig.Room(t), "-participant", publisher.Identity(), "-file", file)
		p.awaitFile(file, enough)
		publisher.Close()
		finished(t, p, file, began)
	})
	t.Run("EndsBeforeTheFirstFrame", func(t *testing.T) {
		token := rig.Token(t, devserver.TokenOptions{Room: rig.Room(t), Identity: "recorder", CanSubscribe: true})
		p := record(t, []string{"LIVEKIT_TOKEN=" + token}, "-room", rig.Room(t),
			"-file", filepath.Join(t.TempDir(), "empty.mkv"))
		rig.AwaitParticipant(t, "recorder")
		p.interrupt()
		p.succeed()
	})
	t.Run("SaysWhatIsWrong", func(t *testing.T) {
		p := record(t, nil, "-room", "", "-file", filepath.Join(t.TempDir(), "nothing.mkv"))
		<-p.process.Done()
		const want = "nothing to join: set the room property, or give a token that names a room\n"
		if printed, _ := p.printed.Look(); p.process.Wait() == nil || printed != want {
			t.Errorf("it printed %q, want %q", printed, want)
		}
	})
}

func TestFramesProgram(t *testing.T) {
	binary := build(t, "./frames")
	t.Run("SavesAndCounts", func(t *testing.T) {
		began := time.Now()
		rig.Publish(t, testpublisher.Config{Pattern: testpublisher.Colours, Width: 640, Height: 360})
		file := filepath.Join(t.TempDir(), "first.png")
		p := start(t, exec.Command(binary, "-room", rig.Room(t), "-count", "61", "-png", file))
		p.succeed()
		if printed, _ := p.printed.Look(); !strings.HasPrefix(printed, "30 frames, ") || strings.Count(printed, "\n") != 2 {
			t.Errorf("it printed %q", printed)
		}
		picture := readPNG(t, file)
		checkSize(t, picture, 640, 360)
		checkTime(t, picture, began)
		checkColours(t, picture)
	})
	t.Run("EndsWithItsParticipant", func(t *testing.T) {
		publisher := rig.Publish(t, testpublisher.Config{})
		p := start(t, exec.Command(binary, "-room", rig.Room(t), "-count", "0",
			"-png", filepath.Join(t.TempDir(), "first.png")))
		p.await(1, "30 frames, ")
		publisher.Close()
		p.succeed()
	})
	t.Run("EndsWithCtrlC", func(t *testing.T) {
		rig.Publish(t, testpublisher.Config{})
		p := start(t, exec.Command(binary, "-room", rig.Room(t), "-count", "0",
			"-png", filepath.Join(t.TempDir(), "first.png")))
		p.await(1, "30 frames, ")
		p.interrupt()
		p.succeed()
	})
}
