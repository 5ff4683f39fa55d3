package sink_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gst-livekit/gst-livekit/integration/network/sink"
)

func TestRecordingHasWhatAReceiverWrote(t *testing.T) {
	recording := sink.NewRecording()
	err := recording.Read(strings.NewReader(`Setting pipeline to PLAYING ...
{"event":"latency","at":1000,"latency":0}
{"event":"arrived","at":1700000000100500,"time":3487932000,"hash":7,"width":640,"height":360,"pts":5}
{"event":"stats","at":2000,"latency":100000000,"values":{"packets":12,"lost":3}}
{"event":"shown","at":1700000000200000,"time":-1,"hash":8,"width":640,"height":360,"pts":6}
`))
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-recording.First():
	default:
		t.Error("a picture was shown, and First does not know")
	}
	arrived, shown := recording.Pictures()
	at := time.UnixMicro(1700000000100500)
	wantArrived := []sink.Picture{{At: at, Time: 3487932000, Hash: 7, Width: 640, Height: 360}}
	wantShown := []sink.Picture{{At: time.UnixMicro(1700000000200000), Time: sink.Unreadable, Hash: 8, Width: 640, Height: 360}}
	if diff := cmp.Diff(wantArrived, arrived); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(wantShown, shown); diff != "" {
		t.Error(diff)
	}
	pipeline, reported := recording.Latencies()
	if diff := cmp.Diff([]sink.Value{{At: time.UnixMicro(1000)}}, pipeline); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]sink.Value{{At: time.UnixMicro(2000), Number: 1e8}}, reported); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]int64{"packets": 12, "lost": 3}, recording.Stats()); diff != "" {
		t.Error(diff)
	}
}

func TestAgeOfAPicture(t *testing.T) {
	made := time.UnixMilli(1700000000000)
	for _, age := range []time.Duration{0, 1500 * time.Microsecond, 3 * time.Second} {
		picture := sink.Picture{At: made.Add(age), Time: int64(uint32(made.UnixMilli()))}
		if got := picture.Age(); got != age {
			t.Errorf("the age is %v, want %v", got, age)
		}
	}
}
