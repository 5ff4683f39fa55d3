package roaming

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/devserver/child"
	"github.com/gst-livekit/gst-livekit/internal/testpublisher"
)

// receiver is a gst-launch-1.0 in the receiver's namespace that shows a publisher of a Network's server.
type receiver struct {
	t *testing.T

	mu       sync.Mutex
	more     chan struct{} // closed at the next picture
	pictures []time.Time
	states   []string // the connection's
	printed  strings.Builder
}

// receive publishes a picture and plays it.
func (n *network) receive() *receiver {
	t := n.t
	t.Helper()
	p, err := testpublisher.Start(rig.Patient(t), testpublisher.Config{
		URL: n.media.URL(), APIKey: n.media.APIKey, APISecret: n.media.APISecret, Room: rig.Room(t), Width: 320, Height: 180,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)

	r := &receiver{t: t, more: make(chan struct{})}
	cmd := exec.Command("nsenter", append([]string{netOf(n.pid), "--", "gst-launch-1.0", "-v"}, strings.Fields(
		"livekitsrc name=livekit room="+rig.Room(t)+" ! fakesink name=shown silent=false sync=false",
	)...)...)
	cmd.Env = append(os.Environ(), "LIVEKIT_URL="+n.signals, "LIVEKIT_API_KEY="+n.media.APIKey,
		"LIVEKIT_API_SECRET="+n.media.APISecret,
		"GST_DEBUG=livekitsrc:5", "GST_DEBUG_NO_COLOR=1")
	out := &lines{each: r.line}
	cmd.Stdout, cmd.Stderr = out, out
	process, err := child.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = process.Kill()
		if t.Failed() {
			r.mu.Lock()
			defer r.mu.Unlock()
			t.Logf("gst-launch-1.0 printed:\n%s", r.printed.String())
		}
	})
	return r
}

func (r *receiver) line(line string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if strings.Contains(line, ":shown: last-message = chain ") {
		r.pictures = append(r.pictures, time.Now())
		close(r.more)
		r.more = make(chan struct{})
		return
	}
	if _, state, is := strings.Cut(line, "connection-state = "); is {
		r.states = append(r.states, state)
	}
	r.printed.WriteString(time.Now().Format("15:04:05.000 ") + line + "\n")
}

// pictureAfter waits for n pictures after a moment, and returns how long after it the first one came.
func (r *receiver) pictureAfter(moment time.Time, n int) time.Duration {
	r.t.Helper()
	patient := rig.Patient(r.t)
	for {
		r.mu.Lock()
		more := r.more
		i, _ := slices.BinarySearchFunc(r.pictures, moment, time.Time.Compare)
		later := r.pictures[i:]
		r.mu.Unlock()
		if len(later) >= n {
			return later[0].Sub(moment)
		}
		select {
		case <-more:
		case <-patient.Done():
			r.t.Fatalf("no picture within %v", rig.Patience)
		}
	}
}

// reconnects returns how often the connection was lost.
func (r *receiver) reconnects() (n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, state := range r.states {
		if strings.Contains(state, "reconnecting") {
			n++
		}
	}
	return n
}
