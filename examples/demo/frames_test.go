package main

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpicture"
)

func TestReadBandsGivesLatencyOfEachFrame(t *testing.T) {
	const width, height = 162, 90 // rows of 164 bytes
	rows, stride := testpicture.BandRows(height), 164
	now := time.UnixMilli(1<<40 + 77)
	var stream bytes.Buffer
	for _, age := range []time.Duration{20 * time.Millisecond, 35 * time.Millisecond} {
		luma := make([]byte, stride*height)
		testpicture.Draw(luma, stride, width, height, testpicture.Time(now.Add(-age)))
		stream.Write(luma[:stride*2*rows])
	}
	stream.Write(make([]byte, stride*2*rows)) // a frame without a time
	stream.WriteString("the beginning of another")

	var got []frame
	err := readBands(iotest.HalfReader(&stream), width, height, func() time.Time { return now }, func(f frame) { got = append(got, f) })
	if err != nil {
		t.Fatal(err)
	}
	want := []frame{
		{at: now, latency: 20 * time.Millisecond, timed: true},
		{at: now, latency: 35 * time.Millisecond, timed: true},
		{at: now},
	}
	if len(got) != len(want) {
		t.Fatalf("%d frames, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("frame %d is %+v, want %+v", i, got[i], want[i])
		}
	}
}

func TestReadBandsReportsBrokenPipe(t *testing.T) {
	broken := errors.New("broken")
	err := readBands(iotest.ErrReader(broken), 320, 180, time.Now, func(frame) { t.Error("a frame") })
	if !errors.Is(err, broken) {
		t.Errorf("error is %v", err)
	}
}

func TestReadTraceCountsFrames(t *testing.T) {
	const declaration = "0:00:00.01 1 0x1 TRACE GST_TRACER gsttracerrecord.c:109:gst_tracer_record_build_format: latency.class, " +
		"src-element-id=(structure)\"scope\"\n" +
		"0:00:00.01 1 0x1 DEBUG GST_TRACER gsttracerrecord.c:123: new format string: latency, src-element-id=(string)%s;\n"
	const frameLine = "0:00:01.889951632 14087 0x559e3a4849e0 TRACE             GST_TRACER :0:: latency, " +
		"src-element-id=(string)0x1, src-element=(string)appsrc0, time=(guint64)18034, ts=(guint64)1889945040;\n"
	log := declaration + strings.Repeat("x", 10_000) + "\n" + frameLine + frameLine + "0:00:02.0 1 0x1 TRACE GST_TRACER :0:: lat"
	count := 0
	if err := readTrace(iotest.OneByteReader(strings.NewReader(log)), time.Now, func(frame) { count++ }); err != nil {
		t.Fatal(err)
	}
	if count != 2 {
		t.Errorf("%d frames, want 2", count)
	}
	if err := readTrace(iotest.ErrReader(io.ErrClosedPipe), time.Now, func(frame) {}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("error is %v", err)
	}
}
