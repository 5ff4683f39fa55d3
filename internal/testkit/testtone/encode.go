package testtone

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Hertz is the tone of most tests, and Volume how loud it is, of 1.
const (
	Hertz  = 440
	Volume = 0.5
)

// Encode returns packets of Opus, of 20 ms each: a second of a tone that can be repeated without a click. filter is what the tone
// goes through in gst-launch's language, such as "audiopanorama panorama=-1"; "" for nothing.
func Encode(t testing.TB, filter string, channels int) (packets [][]byte) {
	t.Helper()
	const second = 50
	dir := t.TempDir()
	if filter == "" {
		filter = "identity"
	}
	// The encoder needs the first second for getting used to the tone.
	line := fmt.Sprintf("audiotestsrc samplesperbuffer=960 num-buffers=%d freq=%d volume=%v ! audio/x-raw,format=S16LE,rate=48000 ! "+
		"audioconvert ! %s ! audio/x-raw,rate=48000,channels=%d ! opusenc bitrate=64000 frame-size=20 ! multifilesink location=%s/%%04d",
		2*second+10, Hertz, Volume, filter, channels, dir)
	if out, err := exec.Command("sh", "-c", "exec gst-launch-1.0 -q "+line).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", line, err, out)
	}
	names, err := filepath.Glob(dir + "/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		packets = append(packets, data)
	}
	if len(packets) < 2*second {
		t.Fatalf("%d packets of Opus", len(packets))
	}
	return packets[second : 2*second]
}
