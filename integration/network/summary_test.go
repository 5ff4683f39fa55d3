package network

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gst-livekit/gst-livekit/integration/network/sink"
)

var began = time.UnixMilli(1_700_000_000_000)

// pictures are count of them, an interval apart, each seen after a latency, without those that skip names.
func pictures(count int, latency time.Duration, skip func(int) bool) (made []time.Time, seen []sink.Picture) {
	for i := range count {
		at := began.Add(time.Duration(i) * 40 * time.Millisecond)
		made = append(made, at)
		if !skip(i) {
			seen = append(seen, sink.Picture{At: at.Add(latency), Time: key(at), Hash: uint32(i), Width: 640, Height: 360})
		}
	}
	return made, seen
}

func controlOf(seen []sink.Picture) map[int64]sink.Picture {
	control := map[int64]sink.Picture{}
	for _, p := range seen {
		control[p.Time] = p
	}
	return control
}

func none(int) bool { return false }

func TestSummary(t *testing.T) {
	const latency = 100 * time.Millisecond
	for name, c := range map[string]struct {
		skip func(int) bool
		harm func(*sink.Picture)
		want Summary
	}{
		// Two pictures came after the end, and the sink shows the first one twice, because it prerolls with it.
		"Everything": {none, nil, Summary{Published: 100, Arrived: 100, Shown: 100, Compared: 98, Longest: latency}},
		"AFewMissing": {
			func(i int) bool { return i >= 10 && i < 16 }, nil,
			Summary{Published: 100, Arrived: 94, Shown: 94, Compared: 92, Freezes200: 1, Longest: 280 * time.Millisecond},
		},
		"MoreAndTheEnd": {
			func(i int) bool { return i >= 10 && i < 30 || i >= 90 }, nil,
			Summary{Published: 100, Arrived: 70, Shown: 70, Compared: 70, Freezes200: 2, Freezes500: 1, Longest: 840 * time.Millisecond},
		},
		"Nothing": {
			func(int) bool { return true }, nil,
			Summary{Published: 100, Freezes200: 1, Freezes500: 1, Longest: 4 * time.Second},
		},
		"DamagedAndUnreadable": {
			none,
			func(p *sink.Picture) {
				switch p.Hash {
				case 5:
					p.Hash = 1000
				case 6:
					p.Time = sink.Unreadable
				}
			},
			Summary{Published: 100, Arrived: 99, Shown: 99, Compared: 97, Damaged: 2, Longest: latency},
		},
		"AnotherLayer": {
			none,
			func(p *sink.Picture) { p.Width, p.Height = 320, 180 },
			Summary{Published: 100, Arrived: 100, Shown: 100, Longest: latency},
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, all := pictures(100, latency, none)
			made, seen := pictures(100, latency, c.skip)
			for i := range seen {
				if c.harm != nil {
					c.harm(&seen[i])
				}
			}
			shown := seen
			if len(seen) > 0 {
				c.want.LatencyMedian, c.want.LatencyP95 = latency, latency
				shown = append(seen[:1:1], seen...)
			}
			w := window{from: began, to: began.Add(4 * time.Second), published: made}
			if diff := cmp.Diff(c.want, summarize(w, seen, shown, controlOf(all))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSummaryReportsLatencies(t *testing.T) {
	at := func(seconds float64, milliseconds int64) sink.Value {
		return sink.Value{At: began.Add(time.Duration(seconds * float64(time.Second))), Number: milliseconds * int64(time.Millisecond)}
	}
	var s Summary
	s.report(window{from: began, to: began.Add(10 * time.Second)},
		[]sink.Value{at(-1, 900), at(1, 100), at(2, 100), at(3, 300), at(4, 200), at(5, 200), at(11, 900)})
	want := Summary{
		Reported: 200 * time.Millisecond, ReportedLeast: 100 * time.Millisecond, ReportedMost: 300 * time.Millisecond, ReportedChanges: 2,
	}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Error(diff)
	}
}

func TestCasesAreFoundByName(t *testing.T) {
	if found, err := Find(""); err != nil || len(found) != len(Cases) {
		t.Errorf("no name found %d cases (%v), want %d", len(found), err, len(Cases))
	}
	if found, err := Find("move,loss-5"); err != nil || len(found) != 2 || found[0].Name != "move" || found[1].Name != "loss-5" {
		t.Errorf("move,loss-5 found %+v (%v)", found, err)
	}
	if _, err := Find("loss-5,nonsense"); err == nil || !strings.Contains(err.Error(), `"nonsense"`) {
		t.Errorf("a wrong name gave %v", err)
	}
}
