package record_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/bench/record"
)

func read(t *testing.T, text string) []record.Line {
	t.Helper()
	var lines []record.Line
	if err := record.Read(strings.NewReader(text), func(line record.Line) { lines = append(lines, line) }); err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestReadSkipsWhatOthersWrite(t *testing.T) {
	lines := read(t, "libwebrtc says hello\n{\"level\":30}\n"+
		`{"event":"first","track":"a","begin":1,"cpuFirst":2}`+"\n"+
		`{"event":"end","track":"a","begin":1,"cpuFirst":2,"cpuLast":3,"at":[5,6],"pictures":[4294967295,-1]}`)
	if len(lines) != 2 || lines[0].Event != record.First || lines[1].Event != record.End {
		t.Fatalf("lines are %+v", lines)
	}
	if end := lines[1]; end.CPULast != 3 || end.At[1] != 6 || end.Pictures[0] != 1<<32-1 || end.Pictures[1] != record.Unreadable {
		t.Errorf("end is %+v", end)
	}
}

func TestReadWantsAPictureForEachFrame(t *testing.T) {
	err := record.Read(strings.NewReader(`{"event":"end","at":[1,2],"pictures":[1]}`), func(record.Line) {})
	if err == nil {
		t.Error("no error")
	}
}

func TestRecorderTellsWhatReadReads(t *testing.T) {
	var written bytes.Buffer
	r := record.NewRecorder(&written, "camera", record.Now())
	for _, picture := range []int64{10, record.Unreadable, 30} {
		if err := r.Frame(picture); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.End("vp8dec"); err != nil {
		t.Fatal(err)
	}
	lines := read(t, written.String())
	if len(lines) != 2 || lines[0].Event != record.First || lines[0].Track != "camera" || lines[0].Begin == 0 {
		t.Fatalf("lines are %+v", lines)
	}
	end := lines[1]
	if len(end.At) != 3 || end.Pictures[1] != record.Unreadable || end.Go.Decoder != "vp8dec" || end.Begin > end.At[0] {
		t.Errorf("end is %+v", end)
	}
	if end.CPULast < end.CPUFirst {
		t.Errorf("processor time runs backwards, from %d to %d", end.CPUFirst, end.CPULast)
	}
}

func TestRecorderWithoutFramesSaysNothing(t *testing.T) {
	var written bytes.Buffer
	if err := record.NewRecorder(&written, "", 1).End(""); err != nil || written.Len() > 0 {
		t.Errorf("wrote %q, error %v", written.String(), err)
	}
}
