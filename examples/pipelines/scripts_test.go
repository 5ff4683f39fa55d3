package pipelines

import (
	"image"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// enough is a size that a recording has after a second or two.
const enough = 150_000

func TestDisplayShowsTheRoom(t *testing.T) {
	began := time.Now()
	rig.Publish(t, testpublisher.Config{Width: 640, Height: 360})
	screen := newScreen(t, 640, 360)
	cmd := script("display.sh", rig.Room(t))
	cmd.Env = screen.environment()
	p := start(t, cmd)
	checkTime(t, screen.awaitPicture(p), began)
	p.interrupt()
	p.succeed()
}

func TestRecordWritesAFinishedFile(t *testing.T) {
	began := time.Now()
	publisher := rig.Publish(t, testpublisher.Config{Codec: testpublisher.H264, Width: 640, Height: 360})
	file := filepath.Join(t.TempDir(), "demo.mkv")
	p := start(t, script("record.sh", rig.Room(t), file))
	p.awaitFile(file, enough)
	if err := publisher.SetSize(320, 240); err != nil { // also when the picture changes on the way
		t.Fatal(err)
	}
	p.awaitFile(file, 2*enough)
	p.interrupt()
	p.succeed()
	checkRecording(t, file, 1280, 720)
	// The smaller picture stands in the middle, with borders left and right.
	checkTime(t, part(lastPicture(t, file, 0), image.Rect(160, 0, 1120, 720)), began)
}

func TestRecordEndsWithItsParticipant(t *testing.T) {
	publisher := rig.Publish(t, testpublisher.Config{})
	file := filepath.Join(t.TempDir(), "demo.mkv")
	p := start(t, script("record.sh", rig.Room(t), file))
	p.awaitFile(file, enough)
	publisher.Close()
	p.succeed()
	checkRecording(t, file, 1280, 720)
}

func TestRecordUntouchedDecodesNothing(t *testing.T) {
	rig.Publish(t, testpublisher.Config{Codec: testpublisher.H264, Width: 640, Height: 360})
	file := filepath.Join(t.TempDir(), "demo.mkv")
	cmd := script("record-untouched.sh", rig.Room(t), file)
	cmd.Env = append(os.Environ(), "GST_DEBUG=livekitsrc:4")
	p := start(t, cmd)
	p.await(1, "passing the stream on untouched codec=H264")
	p.awaitFile(file, enough)
	p.interrupt()
	p.succeed()
	if printed, _ := p.printed.Look(); strings.Contains(printed, "decoding codec=") {
		t.Errorf("it decodes:\n%s", printed)
	}
	checkRecording(t, file, 640, 360)
}

func TestRecordInPiecesBeginsEachInTime(t *testing.T) {
	rig.Publish(t, testpublisher.Config{Codec: testpublisher.H264, Width: 640, Height: 360}) // no key frame comes by itself
	folder := t.TempDir()
	p := start(t, script("record-in-pieces.sh", rig.Room(t), filepath.Join(folder, "demo%03d.mkv"), "2"))
	p.awaitFile(filepath.Join(folder, "demo002.mkv"), 1)
	p.interrupt()
	p.succeed()
	for _, name := range []string{"demo000.mkv", "demo001.mkv"} {
		file := filepath.Join(folder, name)
		checkRecording(t, file, 640, 360)
		if v := probe(t, file); v.Duration < 1500*time.Millisecond || v.Duration > 2500*time.Millisecond {
			t.Errorf("%s lasts %v, want 2 s", name, v.Duration)
		}
	}
}

func TestSnapshotSavesAPicture(t *testing.T) {
	began := time.Now()
	rig.Publish(t, testpublisher.Config{Pattern: testpublisher.Colours, Width: 640, Height: 360})
	file := filepath.Join(t.TempDir(), "demo.png")
	start(t, script("snapshot.sh", rig.Room(t), file)).succeed()
	picture := readPNG(t, file)
	checkSize(t, picture, 640, 360)
	checkTime(t, picture, began)
	checkColours(t, picture)
}

func TestSideBySideRecordsBoth(t *testing.T) {
	began := time.Now()
	rig.Publish(t, testpublisher.Config{Identity: "alice", Width: 640, Height: 360})
	rig.Publish(t, testpublisher.Config{Identity: "bob", Width: 640, Height: 360, Pattern: testpublisher.Colours, Codec: testpublisher.H264})
	file := filepath.Join(t.TempDir(), "both.mkv")
	cmd := script("side-by-side.sh", rig.Room(t), "alice", "bob", file)
	cmd.Env = append(os.Environ(), "GST_DEBUG=livekitsrc:4")
	p := start(t, cmd)
	p.await(2, "decoding codec=")
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	p.awaitFile(file, info.Size()+enough)
	p.interrupt()
	p.succeed()
	checkRecording(t, file, 1280, 360)
	// One of the two begins before the other, or ends before it. The last picture with both counts.
	var left, right image.Image
	for before, both := 0, false; !both; before += 5 {
		picture := lastPicture(t, file, before) // which fails the test when there is none
		left, right = part(picture, image.Rect(0, 0, 640, 360)), part(picture, image.Rect(640, 0, 1280, 360))
		_, both = madeAt(left)
		if both {
			_, both = madeAt(right)
		}
	}
	checkTime(t, left, began)
	checkTime(t, right, began)
	checkColours(t, right)
}

func TestUDPCanBeWatched(t *testing.T) {
	publisher := rig.Publish(t, testpublisher.Config{Width: 640, Height: 360})
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	p := start(t, script("udp.sh", rig.Room(t), "127.0.0.1", strconv.Itoa(conn.LocalAddr().(*net.UDPAddr).Port)))

	var received []byte
	deadline := time.Now().Add(rig.Patience)
	datagram := make([]byte, 2000)
	receive := func() error {
		if err := conn.SetReadDeadline(deadline); err != nil {
			return err
		}
		n, err := conn.Read(datagram)
		if err == nil && (n%188 != 0 || datagram[0] != 0x47) {
			t.Errorf("a datagram of %d bytes that begins with %#x is no transport stream", n, datagram[0])
		}
		received = append(received, datagram[:n]...)
		return err
	}
	for len(received) < enough {
		if err := receive(); err != nil {
			printed, _ := p.printed.Look()
			t.Fatalf("%v:\n%s", err, printed)
		}
	}
	publisher.Close()
	p.succeed()
	deadline = time.Now().Add(100 * time.Millisecond) // the rest is in the socket already
	for receive() == nil {
	}

	file := filepath.Join(t.TempDir(), "received.ts")
	if err := os.WriteFile(file, received, 0o600); err != nil {
		t.Fatal(err)
	}
	if v := probe(t, file); v.Codec != "h264" || v.Width != 640 || v.Height != 360 || v.Frames < 15 {
		t.Errorf("ffprobe finds %+v, want at least 15 frames of h264 with 640x360", v)
	}
}

func TestRawRGBGivesPixelsAlone(t *testing.T) {
	began := time.Now()
	const width, height = 320, 180
	rig.Publish(t, testpublisher.Config{Pattern: testpublisher.Colours, Width: 640, Height: 360})
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	cmd := script("raw-rgb.sh", rig.Room(t), strconv.Itoa(width), strconv.Itoa(height))
	cmd.Stdout = write
	p := start(t, cmd)
	_ = write.Close()
	if err := read.SetReadDeadline(time.Now().Add(rig.Patience)); err != nil {
		t.Fatal(err)
	}
	var before uint32
	for n := range 30 {
		frame := make([]byte, width*height*3)
		if _, err := io.ReadFull(read, frame); err != nil {
			printed, _ := p.printed.Look()
			t.Fatalf("frame %d: %v:\n%s", n, err, printed)
		}
		picture := image.NewNRGBA(image.Rect(0, 0, width, height))
		for i := range width * height {
			copy(picture.Pix[4*i:], frame[3*i:3*i+3])
			picture.Pix[4*i+3] = 255
		}
		checkTime(t, picture, began)
		checkColours(t, picture)
		value, _ := madeAt(picture)
		if n > 0 && int32(value-before) <= 0 {
			t.Errorf("frame %d was made %d ms after the one before it", n, int32(value-before))
		}
		before = value
	}
}

func TestScriptsSayHowTheyAreUsed(t *testing.T) {
	scripts, err := filepath.Glob("*.sh")
	if err != nil || len(scripts) != 20 {
		t.Fatalf("%d scripts, %v", len(scripts), err)
	}
	for _, name := range scripts {
		out, err := exec.Command("./" + name).CombinedOutput()
		if err == nil || !strings.Contains(string(out), "usage: "+name) {
			t.Errorf("%s without arguments: %v, %q", name, err, out)
		}
	}
}
