package guest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/integration/launch"
	"github.com/gst-livekit/gst-livekit/integration/rig"
)

// host is the program of host/host.c, compiled.
var host string

func TestMain(m *testing.M) {
	directory, err := os.MkdirTemp("", "guest")
	if err != nil {
		panic(err)
	}
	begin := func() error {
		host = filepath.Join(directory, "host")
		return build(directory)
	}
	status := rig.Run(m, goleak.Find, begin)
	_ = os.RemoveAll(directory)
	os.Exit(status)
}

func buildHost() error {
	flags, err := exec.Command("pkg-config", "--cflags", "--libs", "gstreamer-1.0").Output()
	if err != nil {
		return fmt.Errorf("pkg-config: %w", err)
	}
	arguments := append([]string{"-Wall", "-g", "-o", host, filepath.Join("host", "host.c")}, strings.Fields(string(flags))...)
	if out, err := exec.Command("gcc", arguments...).CombinedOutput(); err != nil {
		return fmt.Errorf("gcc: %w\n%s", err, out)
	}
	return nil
}

// program is a running host.
type program struct {
	*launch.Launch
	t testing.TB
}

func start(t testing.TB, environment ...string) program {
	t.Helper()
	return program{launch.Program(t, environment, host), t}
}

// do tells the program to do something, and waits until it has.
func (p program) do(command string) {
	p.t.Helper()
	p.Tell(command)
	word, _, _ := strings.Cut(command, " ")
	p.Line("^ok " + word + "$")
}

// end sees to it that the program has lived to its end.
func (p program) end() (printed string) {
	p.t.Helper()
	p.Tell("quit")
	status, printed := p.End()
	if status != 0 {
		p.t.Errorf("exit status %d:\n%s", status, printed)
	}
	return printed
}
