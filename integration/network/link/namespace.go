package link

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// isolatedVariable is set in the environment of a program that runs in a namespace of its own.
const isolatedVariable = "GST_LIVEKIT_TEST_NAMESPACE"

// Isolate puts this program into a new network namespace: it starts again there, as the same process and from its
// beginning, so it is to be called first of all. There it returns nil.
func Isolate() error {
	if os.Getenv(isolatedVariable) != "" {
		return command("ip", "link", "set", "lo", "up")
	}
	if err := Possible(); err != nil {
		return err
	}
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find this program: %w", err)
	}
	// The thread that calls exec is the only one that is left of the process, and its namespace is the process's.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("make a network namespace: %w", err)
	}
	err = syscall.Exec(program, os.Args, append(os.Environ(), isolatedVariable+"=near"))
	return fmt.Errorf("start %s again: %w", program, err)
}

// Possible says in a sentence why this machine or this user cannot have an impaired link, or returns nil.
func Possible() error {
	if os.Geteuid() != 0 {
		return errors.New("an impaired network needs root, for network namespaces and TUN devices: run this as root, or with sudo -E")
	}
	for _, program := range []string{"ip", "nsenter"} {
		if _, err := exec.LookPath(program); err != nil {
			return fmt.Errorf("an impaired network needs the command %s, of the Debian packages iproute2 and util-linux: %w", program, err)
		}
	}
	tun, err := os.OpenFile(tunDevice, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("an impaired network needs TUN devices (load the kernel's module tun, or give the container /dev/net/tun): %w", err)
	}
	return tun.Close()
}

// namespace is a network namespace that lives for as long as it is open, or a program is in it.
type namespace struct{ file *os.File }

// newNamespace makes a namespace and calls inside on a thread in it.
func newNamespace(inside func() error) (*namespace, error) {
	var n namespace
	made := make(chan error, 1)
	go func() {
		// The thread stays locked, so that it ends with the goroutine: no other goroutine may find itself in there.
		runtime.LockOSThread()
		made <- func() error {
			err := unix.Unshare(unix.CLONE_NEWNET)
			if err != nil {
				return fmt.Errorf("make a network namespace: %w", err)
			}
			if n.file, err = os.Open("/proc/thread-self/ns/net"); err != nil {
				return fmt.Errorf("open the new network namespace: %w", err)
			}
			return inside()
		}()
	}()
	if err := <-made; err != nil {
		return nil, errors.Join(err, n.close())
	}
	return &n, nil
}

// put lets a command that is not started yet run in the namespace. nsenter only opens it and becomes the command.
func (n *namespace) put(cmd *exec.Cmd) error {
	if cmd.Err != nil {
		return cmd.Err
	}
	nsenter, err := exec.LookPath("nsenter")
	if err != nil {
		return fmt.Errorf("enter a network namespace: %w", err)
	}
	path := cmd.Path
	cmd.Path = nsenter
	cmd.Args = append([]string{"nsenter", n.flag(), "--", path}, cmd.Args[1:]...)
	return nil
}

func (n *namespace) flag() string {
	return fmt.Sprintf("--net=/proc/%d/fd/%d", os.Getpid(), n.file.Fd())
}

func (n *namespace) close() error {
	if n.file == nil {
		return nil
	}
	return n.file.Close()
}

// command runs a command to its end.
func command(name string, arguments ...string) error { return run(exec.Command(name, arguments...)) }

func run(cmd *exec.Cmd) error {
	shown := strings.Join(cmd.Args, " ")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", shown, err, strings.TrimSpace(string(out)))
	}
	return nil
}
