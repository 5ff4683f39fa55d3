//go:build examples

package pipelines

import (
	"image"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// TestWallShowsWhoIsThere has alice alone, then bob beside her, then alice alone again.
func TestWallShowsWhoIsThere(t *testing.T) {
	began := time.Now()
	folder := t.TempDir()
	file := filepath.Join(folder, "wall.mkv")
	alice := rig.Publish(t, testpublisher.Config{Identity: "alice", Width: 640, Height: 360})
	cmd := exec.Command(build(t, "../wall"), "-room", rig.Room(t), "-file", file)
	cmd.Env = uninstalled()
	p := start(t, cmd)
	second := func(of *testpublisher.Publisher) {
		t.Helper()
		p.awaitFrames(of, of.Frames()+30)
	}
	p.await(1, "alice is on the wall")
	bob := rig.Publish(t, testpublisher.Config{Identity: "bob", Codec: testpublisher.H264, Width: 640, Height: 360})
	p.await(1, "bob is on the wall")
	second(bob)
	bob.Close()
	p.await(1, "bob has left the wall")
	second(alice)
	p.interrupt()
	p.succeed()

	checkRecording(t, file, 1280, 720)
	checkTime(t, lastPicture(t, file, 0), began)
	output(t, exec.Command("ffmpeg", "-v", "error", "-i", file, "-vf", "fps=4", filepath.Join(folder, "%03d.png")))
	pictures, err := filepath.Glob(filepath.Join(folder, "*.png"))
	if err != nil {
		t.Fatal(err)
	}
	both := 0
	for _, name := range pictures {
		picture := readPNG(t, name)
		_, left := madeAt(part(picture, image.Rect(0, 180, 640, 540)))
		_, right := madeAt(part(picture, image.Rect(640, 180, 1280, 540)))
		if left && right && hasText(part(picture, image.Rect(0, 560, 640, 720))) && hasText(part(picture, image.Rect(640, 560, 1280, 720))) {
			both++
		}
	}
	if both == 0 {
		t.Errorf("none of %d pictures shows both, with their names", len(pictures))
	}
}

// hasText reports whether there is anything bright in what else is black.
func hasText(picture image.Image) bool {
	for y := picture.Bounds().Min.Y; y < picture.Bounds().Max.Y; y++ {
		for x := picture.Bounds().Min.X; x < picture.Bounds().Max.X; x++ {
			if r, _, _, _ := picture.At(x, y).RGBA(); r > 0xc000 {
				return true
			}
		}
	}
	return false
}

// awaitFrames waits until a publisher has sent so many frames, while the program runs.
func (p *program) awaitFrames(publisher *testpublisher.Publisher, n int) {
	p.t.Helper()
	patient := rig.Patient(p.t)
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for publisher.Frames() < n {
		select {
		case <-ticker.C:
		case <-p.process.Done():
			printed, _ := p.printed.Look()
			p.t.Fatalf("it has ended:\n%s", printed)
		case <-patient.Done():
			printed, _ := p.printed.Look()
			p.t.Fatalf("not %d frames within %v:\n%s", n, rig.Patience, printed)
		}
	}
}
