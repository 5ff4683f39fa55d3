package pipelines

import (
	"bytes"
	"fmt"
	"image"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// TestRecipes runs examples beside each other, which all receive one publisher of H.264 and a tone.
func TestRecipes(t *testing.T) {
	t.Parallel()
	began := time.Now()
	room := rig.Room(t)
	rig.Publish(t, testpublisher.Config{Codec: testpublisher.H264, Width: 640, Height: 360, Tone: true})
	for name, test := range map[string]func(t *testing.T){
		"HLS":           func(t *testing.T) { checkHLS(t, room) },
		"ShowAndRecord": func(t *testing.T) { checkShowAndRecord(t, room, began) },
		"Snapshots":     func(t *testing.T) { checkSnapshots(t, room, began) },
		"SRT": func(t *testing.T) {
			port := freePort(t)
			checkSentOn(t, "udp", port, exec.Command("ffmpeg", "-v", "error", "-i", "srt://127.0.0.1:"+port+"?mode=listener"),
				script("srt.sh", room, "srt://127.0.0.1:"+port), "opus")
		},
		"PythonFrames": func(t *testing.T) { checkPythonFrames(t, room, began) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t)
		})
	}
}

func checkHLS(t *testing.T, room string) {
	folder := t.TempDir()
	p := start(t, script("hls.sh", room, folder))
	p.awaitFile(filepath.Join(folder, "segment00002.ts"), 1)
	p.interrupt()
	p.succeed()
	list := filepath.Join(folder, "index.m3u8")
	if found := streams(t, list); !sameCodecs(found, "h264", "aac") {
		t.Errorf("ffprobe finds %+v, want h264 and aac", found)
	}
	text, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	var lengths []float64
	for _, line := range strings.Split(string(text), "\n") {
		if length, ok := strings.CutPrefix(line, "#EXTINF:"); ok {
			seconds, err := strconv.ParseFloat(strings.TrimSuffix(length, ","), 64)
			if err != nil {
				t.Fatal(err)
			}
			lengths = append(lengths, seconds)
		}
	}
	// Another example of this test may have asked for a key frame, which makes a segment shorter.
	if len(lengths) < 2 || slices.Max(lengths) < 3 || slices.Max(lengths) > 5 {
		t.Errorf("segments last %v s, want 4:\n%s", lengths, text)
	}
}

func checkShowAndRecord(t *testing.T, room string, began time.Time) {
	screen := newScreen(t, 640, 360)
	file := filepath.Join(t.TempDir(), "demo.mkv")
	cmd := script("show-and-record.sh", room, file)
	cmd.Env = screen.environment()
	p := start(t, cmd)
	checkTime(t, screen.awaitPicture(p), began)
	p.awaitFile(file, enough)
	p.interrupt()
	p.succeed()
	checkRecording(t, file, 640, 360)
	checkTime(t, lastPicture(t, file, 0), began)
}

func checkSnapshots(t *testing.T, room string, began time.Time) {
	folder := t.TempDir()
	p := start(t, script("snapshots.sh", room, folder, "1"))
	p.awaitFile(filepath.Join(folder, "00003.png"), 1)
	p.interrupt()
	p.succeed()
	var before uint32
	for n := range 3 {
		picture := readPNG(t, filepath.Join(folder, fmt.Sprintf("%05d.png", n)))
		checkSize(t, picture, 640, 360)
		checkTime(t, picture, began)
		at, _ := madeAt(picture)
		if n > 0 && (at-before < 500 || at-before > 2000) {
			t.Errorf("picture %d was made %d ms after the one before it, want a second", n, at-before)
		}
		before = at
	}
}

// withoutEnd copies a file but for its last pictures. srtsink closes its socket at the end of the stream, and does not wait for
// what is still on its way: the last picture may be incomplete.
func withoutEnd(t *testing.T, file string) string {
	t.Helper()
	length, err := strconv.ParseFloat(strings.TrimSpace(string(output(t, exec.Command("ffprobe", "-v", "error",
		"-show_entries", "format=duration", "-of", "csv=p=0", file)))), 64)
	if err != nil {
		t.Fatal(err)
	}
	shorter := filepath.Join(t.TempDir(), "whole.mkv")
	output(t, exec.Command("ffmpeg", "-v", "error", "-i", file, "-map", "0", "-c", "copy",
		"-t", fmt.Sprintf("%.3f", length-0.3), shorter))
	return shorter
}

// checkSentOn has ffmpeg receive at a port, and write to a file, what an example sends there.
func checkSentOn(t *testing.T, network, port string, receiver, sender *exec.Cmd, sound string) {
	file := filepath.Join(t.TempDir(), "received.mkv")
	receiver.Args = append(receiver.Args, "-c", "copy", "-flush_packets", "1", file)
	r := start(t, receiver)
	awaitListener(t, network, port)
	p := start(t, sender)
	r.awaitFile(file, enough)
	p.interrupt()
	p.succeed()
	r.succeed()
	file = withoutEnd(t, file)
	if found := streams(t, file); !sameCodecs(found, "h264", sound) {
		t.Errorf("ffprobe finds %+v, want h264 and %s", found, sound)
	}
	if pictures := rig.Probe(t, file, "frame=width,height"); len(pictures) < 30 || !strings.HasPrefix(pictures[0], "640,360") {
		t.Errorf("%d pictures of %s, want at least 30 of 640x360", len(pictures), pictures[:min(1, len(pictures))])
	}
}

func checkPythonFrames(t *testing.T, room string, began time.Time) {
	file := filepath.Join(t.TempDir(), "last.ppm")
	p := start(t, exec.Command("/usr/bin/python3", "../python/frames.py", room, "--count", "20", "--save", file))
	p.await(1, "frame 20: 640x360, ")
	p.succeed()
	checkTime(t, readPPM(t, file), began)
}

// sameCodecs tells whether these are the codecs of the streams, in any order.
func sameCodecs(found []stream, want ...string) bool {
	var codecs []string
	for _, s := range found {
		codecs = append(codecs, s.Codec)
	}
	slices.Sort(codecs)
	slices.Sort(want)
	return slices.Equal(codecs, want)
}

// readPPM reads a picture in the format P6.
func readPPM(t *testing.T, file string) image.Image {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, pixels, _ := bytes.Cut(data, []byte("\n"))
	var width, height, most int
	if _, err := fmt.Sscanf(string(head), "P6 %d %d %d", &width, &height, &most); err != nil || len(pixels) != width*height*3 {
		t.Fatalf("%d bytes behind %q: %v", len(pixels), head, err)
	}
	picture := image.NewNRGBA(image.Rect(0, 0, width, height))
	for i := range width * height {
		copy(picture.Pix[4*i:], pixels[3*i:3*i+3])
		picture.Pix[4*i+3] = 255
	}
	return picture
}

// freePort is a port at which nobody listens, for TCP and UDP.
func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
}

// awaitListener waits until a program has opened a port. Connecting to it would take the only connection that it accepts.
func awaitListener(t *testing.T, network, port string) {
	t.Helper()
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	patient := rig.Patient(t)
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for {
		for _, table := range []string{network, network + "6"} {
			sockets, err := os.ReadFile("/proc/net/" + table)
			if err == nil && strings.Contains(string(sockets), fmt.Sprintf(":%04X ", number)) {
				return
			}
		}
		select {
		case <-ticker.C:
		case <-patient.Done():
			t.Fatalf("nobody listens at %s port %s", network, port)
		}
	}
}
