package malicious

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/testkit/hostile"
)

// growth is how much more memory a hostile stream may cost than a good one.
const growth = 200 << 20

// heavy is for who sends as much as the machine carries.
var heavy sync.Mutex

// TestMaliciousPublisher sends everything that is hostile as the first of a track, and then between good media. Each time the
// receivers have to show the good media that come after it.
func TestMaliciousPublisher(t *testing.T) {
	for _, codec := range caps.Codecs(caps.Video) {
		t.Run(codec.String(), func(t *testing.T) {
			t.Parallel()
			c := newTrial(t, codec)
			for i, stream := range hostile.Streams() {
				c.run(stream, uint64(i))
			}
			c.end()
		})
	}
}

type trial struct {
	t         *testing.T
	clips     []clip
	playing   int // which of the clips comes next
	publisher *publisher
	receivers []*receiver
}

func newTrial(t *testing.T, codec caps.Codec) *trial {
	c := &trial{t: t, clips: newClips(t, codec)}
	c.receivers = []*receiver{newReceiver(t, "raw", "video/x-raw"), newReceiver(t, "untouched", codec.MediaType())}
	c.publisher = newPublisher(t, codec)
	c.publish()
	for range c.clips {
		c.showGood("at first")
	}
	for _, r := range c.receivers {
		r.first = r.peak()
	}
	c.publisher.unpublish()
	return c
}

// publish publishes a track and waits until the receivers are on it.
func (c *trial) publish() {
	c.t.Helper()
	marks := c.marks()
	c.publisher.publish(&c.clips[0])
	for i, r := range c.receivers {
		r.awaitTrack(marks[i])
	}
	c.publisher.play(nil)
}

func (c *trial) marks() (marks []int) {
	for _, r := range c.receivers {
		marks = append(marks, r.mark())
	}
	return marks
}

// showGood sends good media until each receiver has shown a picture of them.
func (c *trial) showGood(when string) {
	c.t.Helper()
	good := &c.clips[c.playing%len(c.clips)]
	c.playing++
	marks, began := c.marks(), time.Now()
	c.publisher.play(good)
	for i, r := range c.receivers {
		came := r.awaitPicture(marks[i], good)
		c.t.Logf("%s, %s: a picture after %v", when, r.form, came.Sub(began).Round(time.Millisecond))
	}
}

func (c *trial) run(stream hostile.Stream, seed uint64) {
	c.t.Helper()
	for _, r := range c.receivers {
		r.forgetPeak()
	}
	c.publish()
	if stream.Severs {
		c.showGood("before " + stream.Name)
		c.misbehave(stream, seed)
	} else {
		c.disturb(stream, seed)
	}
	c.publisher.unpublish()
	for _, r := range c.receivers {
		peak := r.peak()
		c.t.Logf("%s, %s: %d MB more at most", stream.Name, r.form, (peak-r.first)>>20)
		if peak > r.first+growth {
			c.t.Errorf("%s, %s: resident memory grew from %d to %d MB", stream.Name, r.form, r.first>>20, peak>>20)
		}
	}
}

// disturb sends a hostile stream as the first of a track, and then in mid-stream. Good media come after each.
func (c *trial) disturb(stream hostile.Stream, seed uint64) {
	c.t.Helper()
	for i, when := range []string{"first", "in mid-stream"} {
		c.misbehave(stream, 2*seed+uint64(i))
		c.showGood(stream.Name + " " + when)
	}
}

func (c *trial) misbehave(stream hostile.Stream, seed uint64) {
	if stream.Heavy {
		heavy.Lock()
		defer heavy.Unlock()
	}
	good := &c.clips[(c.playing+len(c.clips)-1)%len(c.clips)] // another than the one that comes next
	c.publisher.misbehave(stream, good, seed)
}

// end sees to it that the receivers have lived to their end.
func (c *trial) end() {
	c.t.Helper()
	for _, r := range c.receivers {
		r.Interrupt()
		status, printed := r.End()
		if status != 0 || strings.Contains(printed, "CRITICAL") || strings.Contains(printed, "ERROR") {
			c.t.Errorf("%s: exit status %d:\n%s", r.form, status, printed)
		}
	}
}
