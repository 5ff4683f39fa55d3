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
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver/child"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

// receiver is a gst-launch-1.0 in the receiver's namespace that shows a publisher of a Network's server.
type receiver struct {
	t *testing.T

	mu       sync.Mutex
	more     chan struct{} // closed at the next line
	pictures []time.Time
	states   []string // the connection's
	printed  strings.Builder
}

// receive publishes a picture and plays it.
func (n *network) receive() *receiver {
	t := n.t
	t.Helper()
	rig.PublishAt(t, n.server, testpublisher.Config{})
	r := &receiver{t: t, more: make(chan struct{})}
	cmd := exec.Command("nsenter", append([]string{netOf(n.pid), "--", "gst-launch-1.0", "-v"}, strings.Fields(
		"livekitsrc name=livekit room="+rig.Room(t)+" ! fakesink name=shown silent=false sync=false",
	)...)...)
	cmd.Env = append(append(os.Environ(), n.server.Environment()...), "GST_DEBUG=livekitsrc:5", "GST_DEBUG_NO_COLOR=1")
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
	close(r.more)
	r.more = make(chan struct{})
	if strings.Contains(line, ":shown: last-message = chain ") {
		r.pictures = append(r.pictures, time.Now())
		return
	}
	if _, state, is := strings.Cut(line, "connection-state = "); is {
		r.states = append(r.states, state)
	}
	r.printed.WriteString(time.Now().Format("15:04:05.000 ") + line + "\n")
}

// await waits for an event until found, which is called with mu held.
func (r *receiver) await(what string, found func() bool) {
	r.t.Helper()
	patient := rig.Patient(r.t)
	for {
		r.mu.Lock()
		more, ok := r.more, found()
		r.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-more:
		case <-patient.Done():
			r.t.Fatalf("no %s within %v", what, rig.Patience)
		}
	}
}

// gapAfter waits for n pictures after a moment, and returns the longest time without one until then. What was on its way
// still comes.
func (r *receiver) gapAfter(moment time.Time, n int) (longest time.Duration) {
	r.t.Helper()
	r.await("picture", func() bool {
		i, _ := slices.BinarySearchFunc(r.pictures, moment, time.Time.Compare)
		if len(r.pictures)-i < n {
			return false
		}
		for ; i < len(r.pictures); i++ {
			longest = max(longest, r.pictures[i].Sub(moment))
			moment = r.pictures[i]
		}
		return true
	})
	return longest
}

// state waits until the connection has been in a state n times.
func (r *receiver) state(name string, n int) {
	r.t.Helper()
	r.await("state "+name, func() bool { return r.times(name) >= n })
}

// reconnects returns how often the connection was lost.
func (r *receiver) reconnects() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.times("reconnecting")
}

func (r *receiver) times(state string) (n int) {
	for _, s := range r.states {
		if s == state {
			n++
		}
	}
	return n
}
