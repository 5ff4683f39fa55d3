package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/png" // decodes the demo's picture
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/examples/internal/console"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

const testWidth, testHeight = 320, 180

// standIn is a source of pictures with the time in them that needs neither the plugin nor a room: raw video through a
// named pipe, for as long as it is read.
func standIn(t *testing.T) (source string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "video")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	// Opening it for both directions succeeds without a reader, and lets the writer be stopped by a deadline.
	pipe, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	var writer sync.WaitGroup
	stop := make(chan struct{})
	writer.Go(func() { writePictures(pipe, stop) })
	t.Cleanup(func() {
		close(stop)
		_ = pipe.SetDeadline(time.Now())
		writer.Wait()
		_ = pipe.Close()
	})
	// The other source is live, which makes the whole pipeline live, as livekitsrc does.
	return fmt.Sprintf("videotestsrc is-live=true ! fakesink filesrc location=%s blocksize=%d ! rawvideoparse width=%d height=%d framerate=30/1",
		path, testWidth*testHeight*3/2, testWidth, testHeight)
}

// standInSound ticks each second of its own clock, which is not the one that the pictures show.
const standInSound = "audiotestsrc is-live=true wave=ticks sine-periods-per-tick=50 ! opusenc"

func writePictures(pipe *os.File, stop <-chan struct{}) {
	ticker := time.NewTicker(time.Second / 30)
	defer ticker.Stop()
	for {
		select {
		case <-stop:
			return
		case now := <-ticker.C:
			picture := testpicture.Known(testWidth, testHeight, testpicture.BT601, testpicture.Time(now))
			for _, plane := range [][]byte{picture.Y, picture.Cb, picture.Cr} {
				if _, err := pipe.Write(plane); err != nil {
					return
				}
			}
		}
	}
}

func testOptions(t *testing.T, source string) options {
	t.Helper()
	return options{
		codec:       testpublisher.VP8,
		out:         filepath.Join(t.TempDir(), "results"),
		source:      source,
		sound:       standInSound,
		width:       testWidth,
		height:      testHeight,
		frameRate:   30,
		duration:    3 * time.Second,
		firstFrame:  20 * time.Second,
		environment: func(string) string { return "" },
	}
}

func TestDemoRecordsAndReports(t *testing.T) {
	for _, codec := range []testpublisher.Codec{testpublisher.VP8, testpublisher.H264} {
		t.Run(string(codec), func(t *testing.T) { recordAndReport(t, codec) })
	}
}

func recordAndReport(t *testing.T, codec testpublisher.Codec) {
	t.Helper()
	o := testOptions(t, standIn(t))
	o.codec = codec
	name := "demo-" + string(codec) + ".mkv"
	var output bytes.Buffer
	if err := run(t.Context(), o, console.New(&output)); err != nil {
		t.Fatalf("%v\n%s", err, output.String())
	}
	t.Log("\n" + output.String())
	for _, want := range []string{
		"export LIVEKIT_API_KEY=devkey LIVEKIT_API_SECRET=", "gst-launch-1.0 -e matroskamux", "frames received", "frames per second", "time to first frame", "from starting gst-launch-1.0",
		"end-to-end latency   median", "p95", name + ", ", "demo.png, ",
		"sound                ", " the picture (median)",
	} {
		if !strings.Contains(output.String(), want) {
			t.Errorf("%q is not in the output", want)
		}
	}
	recording, err := os.ReadFile(filepath.Join(o.out, name))
	if err != nil {
		t.Fatal(err)
	}
	// A recording that was completed has an index: the element Cues (RFC 9559, section 5.1.5).
	if !bytes.Contains(recording, []byte{0x1c, 0x53, 0xbb, 0x6b}) {
		t.Error("the recording has no index")
	}
	// Matroska's name of the codec.
	if id := map[testpublisher.Codec]string{testpublisher.VP8: "V_VP8", testpublisher.H264: "V_MPEG4/ISO/AVC"}[codec]; !bytes.Contains(recording, []byte(id)) {
		t.Errorf("the recording is not of %s", id)
	}
	picture, err := os.Open(filepath.Join(o.out, "demo.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer picture.Close()
	if decoded, _, err := image.Decode(picture); err != nil || decoded.Bounds().Size() != image.Pt(testWidth, testHeight) {
		t.Errorf("the picture does not decode: %v", err)
	}
}

func TestDemoFailsWithoutFrames(t *testing.T) {
	o := testOptions(t, "fakesrc is-live=true num-buffers=0 ! video/x-raw,format=I420,width=320,height=180,framerate=30/1")
	var output bytes.Buffer
	if err := run(t.Context(), o, console.New(&output)); err == nil {
		t.Fatalf("no error\n%s", output.String())
	}
}

func TestDemoFailsWithoutSoundInTheRecording(t *testing.T) {
	o := testOptions(t, standIn(t))
	o.sound = "audiotestsrc is-live=true wave=silence ! opusenc"
	var output bytes.Buffer
	err := run(t.Context(), o, console.New(&output))
	if !errors.Is(err, errNoTone) {
		t.Errorf("error is %v", err)
	}
	if !strings.Contains(output.String(), "end-to-end latency") {
		t.Errorf("what was measured of the picture is not in the output\n%s", output.String())
	}
}

func TestDemoFailsAfterTimeoutWithTheChildsWords(t *testing.T) {
	o := testOptions(t, "videotestsrc is-live=true ! valve drop=true")
	o.firstFrame = time.Second
	var output bytes.Buffer
	err := run(t.Context(), o, console.New(&output))
	if err == nil || !strings.Contains(err.Error(), "no frame within 1.0 s") || !strings.Contains(err.Error(), "PLAYING") {
		t.Errorf("error is %v", err)
	}
}

func TestDemoFailsWithTheErrorOfThePipeline(t *testing.T) {
	o := testOptions(t, "nosuchelement room=demo")
	var output bytes.Buffer
	err := run(t.Context(), o, console.New(&output))
	if err == nil || !strings.Contains(err.Error(), `no element "nosuchelement"`) {
		t.Errorf("error is %v", err)
	}
}

func TestDemoFailsWhenThePictureHasNoTime(t *testing.T) {
	o := testOptions(t, "videotestsrc is-live=true pattern=black ! video/x-raw,format=I420,width=320,height=180,framerate=30/1")
	o.duration = time.Second
	var output bytes.Buffer
	err := run(t.Context(), o, console.New(&output))
	if err == nil || !strings.Contains(err.Error(), "readable time") {
		t.Errorf("error is %v", err)
	}
}

// cancelOn cancels a context when a text is written.
type cancelOn struct {
	text   string
	cancel context.CancelFunc
	output bytes.Buffer
}

func (c *cancelOn) Write(p []byte) (int, error) {
	c.output.Write(p)
	if strings.Contains(c.output.String(), c.text) {
		c.cancel()
	}
	return len(p), nil
}

func TestInterruptedDemoEndsEverything(t *testing.T) {
	for name, text := range map[string]string{
		"before joining": "answers at", "published": "published as", "receiving": "GRAY8", "recording": "first frame",
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			o := testOptions(t, standIn(t))
			o.duration = time.Minute
			began := time.Now()
			// That nothing is left is checked by goleak, for each child has a goroutine that waits for it.
			err := run(ctx, o, console.New(&cancelOn{text: text, cancel: cancel}))
			if !errors.Is(err, context.Canceled) {
				t.Errorf("error is %v", err)
			}
			if took := time.Since(began); took > 20*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}
