package chain

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/caps"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const testFrames = 30

// encoders are gst-launch-1.0 elements that encode one access unit to a buffer.
var encoders = map[caps.Codec]string{
	caps.VP8:  "vp8enc deadline=1 keyframe-max-dist=10",
	caps.H264: "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=10 ! video/x-h264,stream-format=byte-stream,alignment=au,profile=baseline",
}

// moreEncoders are those of the codecs with which only handing on is tested here.
var moreEncoders = map[caps.Codec]string{
	caps.VP9:  "vp9enc deadline=1 cpu-used=8 keyframe-max-dist=10",
	caps.H265: "x265enc tune=zerolatency speed-preset=ultrafast key-int-max=10 option-string=log-level=none ! video/x-h265,stream-format=byte-stream,alignment=au",
	caps.AV1:  "av1enc usage-profile=realtime cpu-used=8 keyframe-max-dist=10 ! av1parse ! video/x-av1,stream-format=obu-stream,alignment=tu",
}

func encoderOf(codec caps.Codec) string {
	if line, ok := encoders[codec]; ok {
		return line
	}
	return moreEncoders[codec]
}

var encoded sync.Map // encodedKey -> func() [][]byte

type encodedKey struct {
	codec         caps.Codec
	source        string
	width, height int
}

// encode returns the access units of a real encoder, made by gst-launch-1.0.
func encode(t *testing.T, key encodedKey) [][]byte {
	t.Helper()
	once, _ := encoded.LoadOrStore(key, sync.OnceValues(func() ([][]byte, error) { return runEncoder(key) }))
	units, err := once.(func() ([][]byte, error))()
	if err != nil {
		t.Fatal(err)
	}
	return units
}

func runEncoder(key encodedKey) ([][]byte, error) {
	dir, err := os.MkdirTemp("", "units")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	line := fmt.Sprintf("videotestsrc num-buffers=%d %s ! video/x-raw,format=I420,width=%d,height=%d,framerate=30/1 ! %s ! multifilesink location=%s/%%05d",
		testFrames, key.source, key.width, key.height, encoderOf(key.codec), dir)
	out, err := exec.Command("sh", "-c", "exec gst-launch-1.0 -q "+line).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", line, err, out)
	}
	names, err := filepath.Glob(dir + "/*")
	if err != nil {
		return nil, err
	}
	var units [][]byte
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		units = append(units, data)
	}
	return units, nil
}

func newChain(t *testing.T, config Config) *Chain {
	t.Helper()
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func pushAll(t *testing.T, c *Chain, units [][]byte) {
	t.Helper()
	start := time.Now()
	for i, data := range units {
		if _, err := c.Push(Unit{Data: data, Due: start.Add(time.Duration(i) * time.Second / 30), KeyFrame: i == 0}); err != nil {
			t.Fatalf("push unit %d: %v", i, err)
		}
	}
}

func ball(codec caps.Codec) encodedKey {
	return encodedKey{codec: codec, source: "pattern=ball", width: 320, height: 240}
}

func TestChainGivesEveryFrameThenEOF(t *testing.T) {
	for codec := range encoders {
		t.Run(codec.String(), func(t *testing.T) {
			units := encode(t, ball(codec))
			c := newChain(t, Config{Codec: codec})
			pushAll(t, c, units)
			c.End()
			last := time.Duration(-1)
			for i := range units {
				f, err := c.Next(t.Context(), nil)
				if err != nil {
					t.Fatalf("frame %d: %v", i, err)
				}
				if f.Width != 320 || f.Height != 240 || f.PTS <= last {
					t.Errorf("frame %d: %dx%d at %v after %v", i, f.Width, f.Height, f.PTS, last)
				}
				last = f.PTS
				f.Release()
			}
			for range 2 {
				if _, err := c.Next(t.Context(), nil); !errors.Is(err, io.EOF) {
					t.Fatalf("after the last frame: %v, want io.EOF", err)
				}
			}
		})
	}
}

func TestPresentationTimesKeepTheSpacingOfTheUnits(t *testing.T) {
	units := encode(t, ball(caps.VP8))
	c := newChain(t, Config{Codec: caps.VP8})
	start := time.Now()
	var first time.Duration
	for i, data := range units {
		offset := time.Duration(i) * 33_366_667
		pts, err := c.Push(Unit{Data: data, Due: start.Add(offset), KeyFrame: i == 0})
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = pts
		}
		if pts-first != offset {
			t.Errorf("unit %d is at %v, want %v", i, pts-first, offset)
		}
	}
}

func TestUnitsDueBeforeTheStartGetRisingTimes(t *testing.T) {
	units := encode(t, ball(caps.VP8))
	c := newChain(t, Config{Codec: caps.VP8})
	due := time.Now().Add(-time.Hour)
	last := time.Duration(-1)
	for i, data := range units {
		pts, err := c.Push(Unit{Data: data, Due: due.Add(-time.Duration(i) * time.Millisecond), KeyFrame: i == 0})
		if err != nil {
			t.Fatal(err)
		}
		if pts <= last {
			t.Fatalf("unit %d is at %v, not after %v", i, pts, last)
		}
		last = pts
	}
}

// TestUnitsAreTimedInTheOrderOfShowing pushes units as they are decoded where two B-frames are between others.
func TestUnitsAreTimedInTheOrderOfShowing(t *testing.T) {
	f := newFeeder(t, Config{Codec: caps.H264}, takes("video/x-h264,stream-format=byte-stream,alignment=au"))
	const frame = 40 * time.Millisecond
	start := time.Now().Add(time.Second) // not before the pipeline's start
	shown := []int{0, 3, 1, 2, 6, 4, 5}
	for i, at := range shown {
		unit := Unit{
			Data:     f.units[i],
			Due:      start.Add(time.Duration(at) * frame),
			Decode:   start.Add(time.Duration(i-2) * frame),
			KeyFrame: i == 0,
		}
		if _, err := f.chain.Push(unit); err != nil {
			t.Fatal(err)
		}
	}
	got := f.end()
	if len(got) != len(shown) {
		t.Fatalf("%d buffers of %d units", len(got), len(shown))
	}
	for i, b := range got {
		pts := got[0].PTS + time.Duration(shown[i])*frame
		if dts := got[0].PTS + time.Duration(i-2)*frame; b.PTS != pts || b.DTS != dts {
			t.Errorf("buffer %d is shown at %v and decoded at %v, want %v and %v", i, b.PTS, b.DTS, pts, dts)
		}
	}
}

func TestSlowReaderLosesTheOldestFrames(t *testing.T) {
	const capacity = 3
	units := encode(t, ball(caps.VP8))
	c := newChain(t, Config{Codec: caps.VP8, Capacity: capacity})
	pushAll(t, c, units)
	c.End()
	<-c.whenEnded()

	if decoded, dropped := c.Counts(); decoded != testFrames || dropped != testFrames-capacity {
		t.Errorf("decoded %d, dropped %d; want %d, %d", decoded, dropped, testFrames, testFrames-capacity)
	}
	for i := range capacity {
		f, err := c.Next(t.Context(), nil)
		if err != nil {
			t.Fatalf("frame %d: %v", i, err)
		}
		f.Release()
	}
	if _, err := c.Next(t.Context(), nil); !errors.Is(err, io.EOF) {
		t.Fatalf("after the kept frames: %v, want io.EOF", err)
	}
}

// whenEnded closes the channel it returns once the appsink saw EOS.
func (c *Chain) whenEnded() <-chan struct{} {
	ended := make(chan struct{})
	go func() {
		if err := c.reader.raw.Read(func(uintptr) bool { return c.end() != nil }); err == nil {
			close(ended)
		}
	}()
	return ended
}

func TestBacklogIsBounded(t *testing.T) {
	units := encode(t, encodedKey{codec: caps.VP8, source: "pattern=snow", width: 1280, height: 720})
	c := newChain(t, Config{Codec: caps.VP8, Capacity: 1})
	var err error
	// Pushing is far faster than decoding noise.
	for i := 0; err == nil && i < 100*testFrames; i++ {
		_, err = c.Push(Unit{Data: units[i%len(units)], Due: time.Now(), KeyFrame: i%len(units) == 0})
	}
	if !errors.Is(err, ErrBacklog) {
		t.Fatalf("pushing without end: %v, want ErrBacklog", err)
	}
}

func TestNextStopsWithItsContext(t *testing.T) {
	c := newChain(t, Config{Codec: caps.VP8})
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(time.Millisecond, cancel)
	if _, err := c.Next(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Fatalf("Next: %v, want context.Canceled", err)
	}
}

func TestInterruptWakesNext(t *testing.T) {
	c := newChain(t, Config{Codec: caps.VP8})
	interrupt := make(chan struct{})
	time.AfterFunc(time.Millisecond, func() {
		close(interrupt)
		c.Wake()
	})
	if _, err := c.Next(t.Context(), interrupt); !errors.Is(err, ErrInterrupted) {
		t.Fatalf("Next: %v, want ErrInterrupted", err)
	}
}

func TestFrameOutlivesItsChain(t *testing.T) {
	units := encode(t, ball(caps.VP8))
	c, err := New(Config{Codec: caps.VP8})
	if err != nil {
		t.Fatal(err)
	}
	pushAll(t, c, units)
	f, err := c.Next(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	var sum int
	for i := range f.PlaneCount() {
		for _, b := range f.Plane(i).Data {
			sum += int(b)
		}
	}
	if sum == 0 {
		t.Error("the frame is empty")
	}
	f.Release()
}

func TestPushAfterEndIsStopped(t *testing.T) {
	units := encode(t, ball(caps.VP8))
	c := newChain(t, Config{Codec: caps.VP8})
	pushAll(t, c, units[:1])
	c.End()
	if _, err := c.Push(Unit{Data: units[1], Due: time.Now(), KeyFrame: false}); !errors.Is(err, ErrStopped) {
		t.Fatalf("push after End: %v, want ErrStopped", err)
	}
}

func TestSizeChangeArrivesInOrder(t *testing.T) {
	small := encodedKey{codec: caps.VP8, source: "pattern=ball", width: 160, height: 90}
	c := newChain(t, Config{Codec: caps.VP8})
	pushAll(t, c, encode(t, ball(caps.VP8)))
	pushAll(t, c, encode(t, small))
	c.End()
	var widths []int
	for {
		f, err := c.Next(t.Context(), nil)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		widths = append(widths, f.Width)
		f.Release()
	}
	for i, w := range widths {
		want := 320
		if i >= testFrames {
			want = 160
		}
		if w != want {
			t.Fatalf("frame %d is %d wide, want %d", i, w, want)
		}
	}
	if len(widths) != 2*testFrames {
		t.Errorf("%d frames, want %d", len(widths), 2*testFrames)
	}
}

func TestCallsAfterCloseAreHarmless(t *testing.T) {
	c, err := New(Config{Codec: caps.VP8})
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	c.SetLatency(time.Second)
	if decoded, dropped := c.Counts(); decoded != 0 || dropped != 0 {
		t.Errorf("counts of a closed chain: %d, %d", decoded, dropped)
	}
}

func BenchmarkPush(b *testing.B) {
	data := make([]byte, 8000)
	c, err := New(Config{Codec: caps.H264, Capacity: 1})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	due := time.Now()
	b.ReportAllocs()
	for b.Loop() {
		_, _ = c.Push(Unit{Data: data, Due: due, KeyFrame: true}) // the decoder refuses it, and the backlog fills
	}
}

func TestNextAllocatesNothing(t *testing.T) {
	units := encode(t, ball(caps.VP8))
	c := newChain(t, Config{Codec: caps.VP8})
	pushAll(t, c, units)
	c.End()
	<-c.whenEnded()
	if n := testing.AllocsPerRun(testFrames-2, func() {
		f, err := c.Next(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		f.Release()
	}); n > 0 {
		t.Errorf("%v allocations for a frame", n)
	}
}
