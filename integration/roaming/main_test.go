package roaming

import (
	"errors"
	"fmt"
	"log"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/integration/rig"
)

// isolated says that the program is in a network namespace of its own.
const isolated = "ROAMING_TEST_ISOLATED"

func TestMain(m *testing.M) {
	if os.Getenv(isolated) == "" {
		os.Exit(isolate())
	}
	for _, command := range []string{"link set lo up", "address add " + serverAddress + "/32 dev lo"} {
		if err := ip(here, command); err != nil {
			log.Fatal(err)
		}
	}
	rig.Main(m, goleak.Find)
}

// isolate runs the program again in a network namespace of its own. It returns only when that cannot be had.
func isolate() int {
	unshare, err := exec.LookPath("unshare")
	self, unknown := os.Executable()
	if err = errors.Join(err, unknown); err == nil {
		arguments := []string{unshare, "--net"}
		if os.Geteuid() != 0 {
			arguments = append(arguments, "--user", "--map-root-user")
		}
		var said []byte
		if said, err = exec.Command(unshare, append(arguments[1:], "true")...).CombinedOutput(); err == nil {
			arguments = append(append(arguments, self), os.Args[1:]...)
			err = syscall.Exec(unshare, arguments, append(os.Environ(), isolated+"=1"))
		} else {
			err = fmt.Errorf("%w: %s", err, said)
		}
	}
	log.Print("the roaming tests did not run: they need network namespaces, so run them as root: ", err)
	if os.Getenv("CI") != "" {
		return 1
	}
	return 0
}
