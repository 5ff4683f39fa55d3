package timing

import (
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// step is the distance of two pictures, and tolerance by how much a machine under load may make it differ.
const (
	step      = time.Second / 30
	tolerance = 8 * time.Millisecond
)

// packet is a picture in a file.
type packet struct{ pts, dts time.Duration }

// packets reads a file with ffprobe, in its order.
func packets(t *testing.T, file string) (all []packet) {
	t.Helper()
	for _, line := range rig.Probe(t, file, "packet=pts_time,dts_time") {
		fields := strings.Split(strings.TrimRight(line, ","), ",")
		if len(fields) != 2 {
			t.Fatalf("ffprobe says %q", line)
		}
		all = append(all, packet{seconds(t, fields[0]), seconds(t, fields[1])})
	}
	return all
}

func seconds(t *testing.T, text string) time.Duration {
	t.Helper()
	s, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(s * float64(time.Second))
}

// published is when the pictures were made that were published.
type published struct {
	mu   sync.Mutex
	made []time.Time
}

func (p *published) add(picture testpublisher.Encoded) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.made = append(p.made, picture.Made)
}

// gaps is how often the publisher left pictures out: a machine under load gives it no time for each.
func (p *published) gaps() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	slices.SortFunc(p.made, time.Time.Compare)
	for i := range p.made[1:] {
		if p.made[i+1].Sub(p.made[i]) > step*3/2 {
			n++
		}
	}
	return n
}

// checkRegular fails the test unless times, once sorted, are at the distance of pictures, but for those that were not
// published.
func checkRegular(t *testing.T, times []time.Duration, sent *published) {
	t.Helper()
	times = slices.Sorted(slices.Values(times))
	gaps := 0
	for i := range times[1:] {
		d := times[i+1] - times[i]
		n := max((d+step/2)/step, 1)
		if n > 1 {
			gaps++
		}
		if off := d - n*step; off < -tolerance || off > tolerance {
			t.Errorf("pictures %d and %d are %v apart", i, i+1, d)
		}
	}
	if left := sent.gaps(); gaps > left {
		t.Errorf("pictures are missing in %d places, in %d they were not published", gaps, left)
	}
}

// first leaves out the pictures at the start: there the clock learns.
const first = 60

func TestBFramesAreRecordedAsTheyAreShown(t *testing.T) {
	for _, muxer := range []string{"h264parse ! mp4mux", "mp4mux"} {
		t.Run(muxer, func(t *testing.T) {
			sent := new(published)
			rig.Publish(t, testpublisher.Config{Codec: testpublisher.H264, BFrames: 2, Encoded: sent.add})
			file := filepath.Join(t.TempDir(), "recording")
			l := launch.Start(t, fmt.Sprintf("-e -v livekitsrc room=%s ! identity name=probe silent=false ! %s ! filesink location=%s",
				rig.Room(t), muxer, file))
			l.Lines(first+90, `GstIdentity:probe: last-message = chain `)
			l.Interrupt()
			if status, printed := l.End(); status != 0 {
				t.Fatalf("exit status %d:\n%s", status, printed)
			}
			all := packets(t, file)
			if len(all) < first+80 {
				t.Fatalf("%d pictures", len(all))
			}
			var pts []time.Duration
			reordered := false
			for i, p := range all[first:] {
				pts = append(pts, p.pts)
				before := all[first+i-1]
				reordered = reordered || p.pts < before.pts
				if p.dts <= before.dts || p.dts > p.pts {
					t.Errorf("a picture shown at %v is decoded at %v, behind one at %v", p.pts, p.dts, before.dts)
				}
			}
			if !reordered {
				t.Error("no picture is shown before one that is decoded earlier")
			}
			// The last ones refer to pictures that did not come any more.
			checkRegular(t, slices.Sorted(slices.Values(pts))[3:len(pts)-6], sent)
		})
	}
}

func TestBFramesAreShownAtRegularTimes(t *testing.T) {
	sent := new(published)
	rig.Publish(t, testpublisher.Config{Codec: testpublisher.H264, BFrames: 2, Encoded: sent.add})
	l := launch.Start(t, "-v livekitsrc room="+rig.Room(t)+" ! video/x-raw ! identity name=probe silent=false ! fakesink")
	var pts []time.Duration
	for _, f := range l.Buffers(first + 90)[first:] {
		if n := len(pts); n > 0 && f.PTS <= pts[n-1] {
			t.Errorf("a picture of %v comes behind one of %v", f.PTS, pts[n-1])
		}
		pts = append(pts, f.PTS)
	}
	checkRegular(t, pts, sent)
}
