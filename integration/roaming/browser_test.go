//go:build browser

package roaming

import (
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/gst-livekit/gst-livekit/integration/browser"
	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
)

// TestPictureIsBackAfterABrowserHasLostItsNetwork takes the network from a publishing Chromium until somebody notices, and gives it
// back. livekitsrc is beside the server, so that its own connection stays.
func TestPictureIsBackAfterABrowserHasLostItsNetwork(t *testing.T) {
	for name, lost := range map[string]func(*browser.Browser, *launch.Launch){
		// After some seconds, the browser's path to the server is no longer connected.
		"Shortly": func(b *browser.Browser, _ *launch.Launch) {
			b.Await("noticed", func(e browser.Event) bool { return e.Event == "path" && e.State == "disconnected" })
		},
		// After ten seconds, livekitsrc says so; some seconds later, LiveKit's client connects anew.
		"UntilBothSaySo": func(b *browser.Browser, l *launch.Launch) {
			l.Line(`no picture for 10s from track .* of "publish": no packets come`)
			b.Await("begun to reconnect", func(e browser.Event) bool { return e.Event == "reconnecting" })
		},
	} {
		t.Run(name, func(t *testing.T) {
			n := newNetwork(t)
			n.inside("link set lo up")
			b := browser.StartAt(t, browser.Place{Server: n.server, Listen: n.listen, Put: n.put}, browser.Settings{
				Role: "publish", Width: 480, Height: 272, FrameRate: 10,
			})
			l := launch.StartWith(t, n.server.Environment(),
				"-v -m livekitsrc room="+rig.Room(t)+" ! video/x-raw ! identity name=probe silent=false ! fakesink")
			l.Lines(10, picture)

			n.lose(wifi)
			began := time.Now()
			lost(b, l)
			t.Logf("it was noticed after %v", time.Since(began))
			before := len(l.Output())
			n.find(wifi)
			l.LineAfter(before, picture)
			t.Logf("the picture was back after %v", time.Since(began))
			if strings.Contains(l.Output(), "connection-state = reconnecting") {
				t.Error("livekitsrc has lost its own connection\n" + l.Output())
			}
		})
	}
}

const picture = `GstIdentity:probe: last-message = chain `

// lose sends everything to nobody, in both directions. Nobody at either end gets an error, and no device or route changes, which
// livekitsrc would take for a change of its own network. find ends that.
func (n *network) lose(w way) {
	n.t.Helper()
	const nobody = " lladdr 02:00:00:00:00:01 nud permanent dev "
	n.inside("neighbour replace " + w.gateway + nobody + w.device)
	n.outside("neighbour replace " + w.address + nobody + "far0")
}

func (n *network) find(w way) {
	n.t.Helper()
	n.inside("neighbour delete " + w.gateway + " dev " + w.device)
	n.outside("neighbour delete " + w.address + " dev far0")
}

// put has a command that is not started yet run in the namespace.
func (n *network) put(command *exec.Cmd) {
	n.t.Helper()
	nsenter, err := exec.LookPath("nsenter")
	if err != nil {
		n.t.Fatal(err)
	}
	command.Args = append([]string{nsenter, netOf(n.pid), "--", command.Path}, command.Args[1:]...)
	command.Path = nsenter
}

// listen opens a port on the namespace's loopback. The thread that goes there ends with its goroutine.
func (n *network) listen() (listener net.Listener, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		var namespace *os.File
		if namespace, err = os.Open("/proc/" + strconv.Itoa(n.pid) + "/ns/net"); err != nil {
			return
		}
		defer namespace.Close()
		if err = unix.Setns(int(namespace.Fd()), unix.CLONE_NEWNET); err == nil {
			listener, err = net.Listen("tcp4", "127.0.0.1:0")
		}
	}()
	<-done
	return listener, err
}
