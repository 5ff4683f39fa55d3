package plugin

import (
	"runtime"
	"strconv"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
)

// The plugin's Go runtime says how many processors it has; one element needs one.
func TestPluginTakesOneProcessorUnlessTheUserSaysOtherwise(t *testing.T) {
	more := strconv.Itoa(runtime.NumCPU() + 1)
	for name, row := range map[string]struct {
		environment []string
		want        string
	}{
		"by itself": {nil, "1"},
		"told":      {[]string{"GOMAXPROCS=" + more}, more},
	} {
		t.Run(name, func(t *testing.T) {
			l := launch.StartWith(t, append(row.environment, "GODEBUG=schedtrace=100"),
				"livekitsrc room="+rig.Room(t)+" ! fakesink")
			// The first lines are of the runtime's own start.
			lines := l.Lines(8, `^SCHED \d+ms: gomaxprocs=(\d+) `)
			if got := lines[len(lines)-1][1]; got != row.want {
				t.Errorf("GOMAXPROCS is %s, want %s", got, row.want)
			}
		})
	}
}
