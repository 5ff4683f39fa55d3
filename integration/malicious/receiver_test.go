package malicious

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
)

// receiver is a gst-launch-1.0 that shows what it receives.
type receiver struct {
	*launch.Launch
	t     *testing.T
	form  string
	first int64 // resident memory while it plays good media, in bytes
}

func newReceiver(t *testing.T, form, mediaType string) *receiver {
	t.Helper()
	l := launch.Start(t, fmt.Sprintf("-e -m -v livekitsrc room=%s identity=%s ! %s ! identity name=probe silent=false ! fakesink sync=false",
		rig.Room(t), form, mediaType))
	return &receiver{Launch: l, t: t, form: form}
}

// mark is where the output is now.
func (r *receiver) mark() int { return len(r.Output()) }

// awaitTrack waits until a track is subscribed to.
func (r *receiver) awaitTrack(mark int) {
	r.t.Helper()
	r.LineAfter(mark, `livekit-track, .*state=\(string\)subscribed`)
}

// awaitPicture waits for a picture of a clip, and returns when it came.
func (r *receiver) awaitPicture(mark int, c *clip) time.Time {
	r.t.Helper()
	return r.LineAfter(mark, fmt.Sprintf(
		`GstIdentity:probe: last-message = event .*type: caps .*width\\=\\\(int\\\)%d\b.*\n(?:.*\n)*?.*GstIdentity:probe: last-message = chain .*$`, c.width))
}

// forgetPeak has the kernel forget how much memory the process had at most.
func (r *receiver) forgetPeak() {
	r.t.Helper()
	if err := os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", r.Pid()), []byte("5"), 0); err != nil {
		r.t.Fatal(err)
	}
}

// peak is the most resident memory that the process had since forgetPeak, in bytes.
func (r *receiver) peak() int64 {
	r.t.Helper()
	file, err := os.Open(fmt.Sprintf("/proc/%d/status", r.Pid()))
	if err != nil {
		r.t.Fatal(err)
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		rest, found := strings.CutPrefix(lines.Text(), "VmHWM:")
		if !found {
			continue
		}
		kilobytes, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
		if err != nil {
			r.t.Fatal(err)
		}
		return kilobytes << 10
	}
	r.t.Fatal("the process has no VmHWM: it has ended")
	return 0
}
