package pipelines

import (
	"bufio"
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/rig"
)

// screen is an X display that nobody looks at but the test.
type screen struct {
	t             *testing.T
	number        string
	width, height int
}

// newScreen starts an X server with one screen, on a display number of its own choice.
func newScreen(t *testing.T, width, height int) *screen {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-nolisten", "tcp", "-nocursor",
		"-screen", "0", fmt.Sprintf("%dx%dx24", width, height))
	cmd.ExtraFiles = []*os.File{write}
	p := start(t, cmd)
	_ = write.Close()
	if err := read.SetReadDeadline(time.Now().Add(rig.Patience)); err != nil {
		t.Fatal(err)
	}
	number, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		printed, _ := p.printed.Look()
		t.Fatalf("Xvfb does not start: %v\n%s", err, printed)
	}
	return &screen{t: t, number: strings.TrimSpace(number), width: width, height: height}
}

// environment has the screen as the display.
func (s *screen) environment() []string {
	environment := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "WAYLAND_DISPLAY=") })
	return append(environment, "DISPLAY=:"+s.number)
}

// awaitPicture waits until p shows a picture with a time in it. What is on the screen comes from ximagesrc.
func (s *screen) awaitPicture(p *program) image.Image {
	s.t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		s.t.Fatal(err)
	}
	defer read.Close()
	cmd := exec.Command("gst-launch-1.0", strings.Fields("-q ximagesrc use-damage=false ! video/x-raw,framerate=10/1 ! "+
		"videoconvert ! video/x-raw,format=RGBA ! fdsink fd=3")...)
	cmd.Env = s.environment()
	cmd.ExtraFiles = []*os.File{write}
	camera := start(s.t, cmd)
	_ = write.Close()
	if err := read.SetReadDeadline(time.Now().Add(rig.Patience)); err != nil {
		s.t.Fatal(err)
	}
	for {
		picture := image.NewNRGBA(image.Rect(0, 0, s.width, s.height))
		if _, err := io.ReadFull(read, picture.Pix); err != nil {
			printed, _ := p.printed.Look()
			captured, _ := camera.printed.Look()
			s.t.Fatalf("the screen shows no picture with a time: %v\n%s\nximagesrc:\n%s", err, printed, captured)
		}
		if _, ok := madeAt(picture); ok {
			return picture
		}
	}
}
