package roaming

import (
	"bytes"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/gst-livekit/gst-livekit/integration/rig"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver/child"
)

// serverAddress is where the server is for the receiver. Neither way has it in its own network.
const serverAddress = "10.77.0.1"

// way is one of the receiver's connections to the server, as a telephone has two.
type way struct {
	device  string // the receiver's
	address string // the receiver's
	gateway string
	metric  int
}

var (
	wifi   = way{"wlan0", "10.77.1.2", "10.77.1.1", 100}
	mobile = way{"wwan0", "10.77.2.2", "10.77.2.1", 600}
)

// here is the namespace of the test program.
const here = 0

// ip runs ip(8) in the network namespace of a process.
func ip(pid int, command string) error {
	arguments := append([]string{"ip"}, strings.Fields(command)...)
	if pid != here {
		arguments = append([]string{"nsenter", netOf(pid), "--"}, arguments...)
	}
	if said, err := exec.Command(arguments[0], arguments[1:]...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", strings.Join(arguments, " "), err, said)
	}
	return nil
}

func netOf(pid int) string { return fmt.Sprintf("--net=/proc/%d/ns/net", pid) }

// network is the receiver's namespace with its two ways. It begins with wifi alone.
type network struct {
	t      *testing.T
	server *devserver.Server
	pid    int // of a process that does nothing but be in it
}

func newNetwork(t *testing.T) *network { return newNetworkWith(t, devserver.Options{}) }

func newNetworkWith(t *testing.T, options devserver.Options) *network {
	t.Helper()
	options.Address = serverAddress
	server := rig.StartServer(t, options)

	holder := exec.Command("cat")
	input, err := holder.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	holder.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	process, err := child.Start(holder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = input.Close()
		<-process.Done()
	})
	n := &network{t: t, server: server, pid: process.Pid()}
	for i, w := range []way{wifi, mobile} {
		far := fmt.Sprintf("far%d", i)
		n.outside(fmt.Sprintf("link add %s type veth peer name %s netns %d", far, w.device, n.pid))
		n.outside(fmt.Sprintf("address add %s/24 dev %s", w.gateway, far))
		n.outside("link set " + far + " up")
		t.Cleanup(func() { n.outside("link delete " + far) })
	}
	n.up(wifi)
	return n
}

func (n *network) inside(command string) {
	n.t.Helper()
	if err := ip(n.pid, command); err != nil {
		n.t.Fatal(err)
	}
}

func (n *network) outside(command string) {
	n.t.Helper()
	if err := ip(here, command); err != nil {
		n.t.Fatal(err)
	}
}

// up gives the receiver an address and a route, as DHCP does.
func (n *network) up(w way) {
	n.t.Helper()
	n.inside(fmt.Sprintf("link set %s up", w.device))
	n.inside(fmt.Sprintf("address replace %s/24 dev %s", w.address, w.device))
	n.inside(fmt.Sprintf("route replace default via %s metric %d", w.gateway, w.metric))
}

// down takes them away.
func (n *network) down(w way) {
	n.t.Helper()
	n.inside("address flush dev " + w.device)
}

// unroute has new connections go another way. The address stays.
func (n *network) unroute(w way) {
	n.t.Helper()
	n.inside("route delete default via " + w.gateway)
}

// cut loses everything that is sent to the receiver this way, silently. mend ends that.
func (n *network) cut(w way) {
	n.t.Helper()
	n.outside("route add blackhole " + w.address + "/32")
}

func (n *network) mend(w way) {
	n.t.Helper()
	n.outside("route delete blackhole " + w.address + "/32")
}

// blockUDP lets the receiver send nothing over UDP, as a firewall does that lets people browse and nothing else.
func (n *network) blockUDP() {
	n.t.Helper()
	n.inside("rule add ipproto udp blackhole")
}

// lines hands on what a program prints, line by line, as it comes.
type lines struct {
	each func(line string)
	rest []byte
}

// Write implements io.Writer.
func (l *lines) Write(b []byte) (int, error) {
	l.rest = append(l.rest, b...)
	for {
		line, rest, found := bytes.Cut(l.rest, []byte("\n"))
		if !found {
			return len(b), nil
		}
		l.each(string(line))
		l.rest = rest
	}
}
