package leaks_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/elements/livekitsrc"
	"github.com/gst-livekit/gst-livekit/integration/leaks"
	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/testpublisher"
)

const (
	pluginFile = "plugin file"
	registered = "registered"

	roomVariable = "LEAKS_TEST_ROOM"
	rounds       = 10
)

// cycles are one round. {room} has a publisher, and {address} is its address.
var cycles = []leaks.Cycle{
	{Description: "livekitsrc room={room} ! fakesink", State: leaks.Ready},
	{Description: "livekitsrc room={room} ! fakesink", State: leaks.Paused},
	{Description: "livekitsrc room={room} ! fakesink", State: leaks.Playing},
	{Description: "livekitsrc room={room} ! fakesink", State: leaks.Playing, SendEOS: true, Await: true},
	{Description: "livekitsrc room={room} ! fakesink num-buffers=1", State: leaks.Playing, Await: true},
	{Description: "livekitsrc room={room} ! fakesink num-buffers=5 sync=true", State: leaks.Playing, Await: true},
	{Description: "livekitsrc room={room} format=rgba ! fakesink num-buffers=2", State: leaks.Playing, Await: true},
	{Description: "livekitsrc room={room} ! video/x-raw,format=A420 ! fakesink num-buffers=2", State: leaks.Playing, Await: true},
	{Description: "livekitsrc uri={address} ! fakesink num-buffers=2", State: leaks.Playing, Await: true},
	{Description: "uridecodebin3 uri={address} ! fakesink num-buffers=2", State: leaks.Playing, Await: true},
	{Description: "livekitsrc uri={address}?track-source=webcam ! fakesink", State: leaks.Playing}, // an error
	{Description: "livekitsrc room={room} ! matroskamux ! fakesink num-buffers=5", State: leaks.Playing, Await: true},
	{Description: "livekitsrc room={room}-empty ! fakesink", State: leaks.Playing, SendEOS: true, Await: true},
	{Description: "livekitsrc ! fakesink", State: leaks.Playing}, // an error: no room
}

// alive is what the leaks tracer says about an object at the end. It tells its own format too, with %s for a name.
var alive = regexp.MustCompile(`object-alive, type-name=\(string\)[^%].*`)

// TestHundredCyclesLeaveNothing lets a process go through the cycles and reads what it finds left.
func TestHundredCyclesLeaveNothing(t *testing.T) {
	for _, element := range []string{pluginFile, registered} {
		t.Run(element, func(t *testing.T) {
			t.Parallel()
			leavesNothing(t, element)
		})
	}
}

// leavesNothing runs a process that goes through cycles of what is named.
func leavesNothing(t *testing.T, what string) {
	t.Helper()
	rig.Publish(t, testpublisher.Config{})
	runProcess(t, what)
}

// runProcess runs the process, in a room that has a publisher.
func runProcess(t *testing.T, what string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "/proc/self/exe")
	cmd.Env = append(os.Environ(), childVariable+"="+what, roomVariable+"="+rig.Room(t),
		"GST_TRACERS=leaks", "GST_DEBUG=GST_TRACER:7", "GST_DEBUG_NO_COLOR=1")
	printed, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v:\n%s", err, printed)
	}
	if !strings.Contains(string(printed), "object-alive.class") {
		t.Errorf("no leaks tracer:\n%s", printed)
	}
	for line := range strings.Lines(string(printed)) {
		if strings.Contains(line, "median") {
			t.Log(line)
		}
	}
	for _, object := range alive.FindAllString(string(printed), -1) {
		t.Error(object)
	}
}

// cycle is what the process does. The first round makes what stays once for all.
func cycle(element string) error {
	leaks.Init()
	if element == registered {
		if err := livekitsrc.Register(); err != nil {
			return err
		}
	}
	return goThrough(cycles)
}

// goThrough goes through the cycles in rounds.
func goThrough(cycles []leaks.Cycle) error {
	words := newWords()
	began := time.Now()
	var before held
	for round := range rounds + 1 {
		for _, c := range cycles {
			c.Description = words.Replace(c.Description)
			if err := c.Run(rig.Patience); err != nil {
				return fmt.Errorf("round %d, %+v: %w", round, c, err)
			}
		}
		if round == 0 {
			before = hold()
			began = time.Now()
		}
	}
	fmt.Printf("%d cycles in %v\n", rounds*len(cycles), time.Since(began))
	err := before.check()
	leaks.End()
	return err
}

// newWords fills in what descriptions leave open.
func newWords() *strings.Replacer {
	room := os.Getenv(roomVariable)
	return strings.NewReplacer(
		"{room}", room, "{address}", "livekit+ws"+strings.TrimPrefix(os.Getenv("LIVEKIT_URL"), "ws")+"/"+room)
}

// held is what the process holds.
type held struct {
	goroutines int
	files      []string // what is open
}

func hold() held {
	h := held{goroutines: runtime.NumGoroutine()}
	const open = "/proc/self/fd"
	entries, _ := os.ReadDir(open)
	for _, entry := range entries {
		target, _ := os.Readlink(filepath.Join(open, entry.Name()))
		h.files = append(h.files, entry.Name()+" "+target)
	}
	return h
}

// check waits until hardly more is held than before: what is lost in a cycle is lost in each round. Joins that were given
// up end when the server has answered or they time out.
func (before held) check() error {
	const few = rounds / 2
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.Now().Add(rig.Patience); ; <-ticker.C {
		now := hold()
		if now.goroutines <= before.goroutines+few && len(now.files) <= len(before.files)+few {
			return nil
		}
		if time.Now().After(deadline) {
			var stacks strings.Builder
			_ = pprof.Lookup("goroutine").WriteTo(&stacks, 1)
			return fmt.Errorf("%+v before, %+v after:\n%s", before, now, &stacks)
		}
	}
}
