package measure

import (
	"math"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/bench/record"
)

// frames is a line of n frames at 30 a second, each 20 ms old.
func frames(track string, n int, cpuPerFrame int64) record.Line {
	line := record.Line{Event: record.End, Track: track, Begin: noon - 250_000, CPUFirst: 100_000}
	for i := range int64(n) {
		at := noon + i*1_000_000/30
		line.At = append(line.At, at)
		line.Pictures = append(line.Pictures, picture(at-20_000))
		line.CPULast = line.CPUFirst + i*cpuPerFrame
	}
	return line
}

func near(t *testing.T, name string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > want/1000 {
		t.Errorf("%s is %v, want %v", name, got, want)
	}
}

func TestSummaryOfALiveRun(t *testing.T) {
	line := frames("a", 301, 3000)
	line.Pictures[200] = record.Unreadable
	line.Go = &record.Go{Mallocs: 600, Bytes: 3000, CgoCalls: 1200, Decoder: "vp8dec"}
	o := Observation{
		Started: time.UnixMicro(noon - 300_000),
		Lines:   []record.Line{line},
		CPU:     1200 * time.Millisecond,
		Memory:  []Memory{{90, 1, 100}, {40, 10, 100}, {50, 11, 100}, {50, 12, 100}, {60, 12, 120}},
	}
	var sent []Sent
	for i := range int64(310) {
		made := noon + i*1_000_000/30 - 20_000
		sent = append(sent, Sent{Made: made, Encoded: made + 15_000})
	}
	s, err := Summarize(o, Stream{FrameRate: 30, Sent: map[string][]Sent{"a": sent}}, true)
	if err != nil {
		t.Fatal(err)
	}
	if s.Frames != 301 || s.Sent != 301 || s.Unreadable != 1 || s.Decoder != "vp8dec" {
		t.Errorf("frames: %+v", s)
	}
	near(t, "seconds", s.Seconds, 301./30)
	near(t, "cpu", s.CPU, 1.2/(301./30))
	near(t, "steady cpu", s.CPUSteady, 0.09)
	near(t, "first frame", s.FirstFrame, 250)
	near(t, "first frame of process", s.FirstFrameOfProcess, 300)
	near(t, "mallocs", *s.Mallocs, 2)
	near(t, "cgo calls", *s.CgoCalls, 4)
	if s.Beyond == nil || math.Abs(s.Beyond.Median-5) > 0.1 || math.Abs(s.Latency.P95-20.5) > 0.6 {
		t.Errorf("latency %+v, beyond %+v", s.Latency, s.Beyond)
	}
	if s.PeakRSS != 120 || s.SteadyRSS != 50 || s.SteadyAnonymous != 11 || s.GrowthRSS != 10 {
		t.Errorf("memory: %+v", s)
	}
}

func TestSummaryOfAFileCountsItsVideo(t *testing.T) {
	line := frames("", 300, 3000)
	for i := range line.At { // decoded ten times as fast
		line.At[i] = noon + int64(i)*1_000_000/300
	}
	s, err := Summarize(Observation{Lines: []record.Line{line}, CPU: time.Second}, Stream{FrameRate: 30}, false)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "seconds", s.Seconds, 10)
	near(t, "cpu", s.CPU, 0.1)
	near(t, "steady cpu", s.CPUSteady, 0.09)
	if s.Latency != nil || s.Sent != 0 || s.Mallocs != nil {
		t.Errorf("summary is %+v", s)
	}
}

func TestSummaryOfSeveralTracks(t *testing.T) {
	late := frames("b", 200, 3000)
	for i := range late.At {
		late.At[i] += 500_000
	}
	late.CPUFirst, late.CPULast = 150_000, 750_000
	s, err := Summarize(Observation{Lines: []record.Line{frames("a", 200, 3000), late}, CPU: time.Second}, Stream{FrameRate: 30}, true)
	if err != nil {
		t.Fatal(err)
	}
	if s.Frames != 400 {
		t.Errorf("%d frames", s.Frames)
	}
	near(t, "first frame", s.FirstFrame, 750)
	near(t, "steady cpu", s.CPUSteady, 0.6/(199./30))
}

func TestSummaryWithoutFramesFails(t *testing.T) {
	for _, lines := range [][]record.Line{nil, {{Event: record.End}}, {frames("", 1, 1)}} {
		if _, err := Summarize(Observation{Lines: lines}, Stream{FrameRate: 30}, true); err == nil {
			t.Errorf("%+v: no error", lines)
		}
	}
}
