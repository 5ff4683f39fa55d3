package child

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Process is a running child. Its methods may be called by several goroutines at once.
type Process struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error // valid once done is closed

	// mu keeps a signal from racing with the reaping of the process, after which its id may belong to another.
	mu     sync.Mutex
	reaped bool
}

// Start starts cmd in a process group of its own, so that a Ctrl-C in the terminal reaches only the parent, who
// then decides how its children end. When the parent dies, the kernel kills the child.
//
// Start takes cmd: use the Process from here on. Output that goes to an io.Writer which is not an *os.File is
// complete once Done is closed.
func Start(cmd *exec.Cmd) (*Process, error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	if cmd.WaitDelay == 0 {
		cmd.WaitDelay = 2 * time.Second
	}

	p := &Process{cmd: cmd, done: make(chan struct{})}
	started := make(chan error, 1)
	go p.run(started)
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// run owns the child from fork to wait on one thread: the kernel sends the parent-death signal when the thread
// that forked ends, and the Go runtime ends threads whenever it likes unless a goroutine is locked to them.
func (p *Process) run(started chan<- error) {
	defer close(p.done)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	p.err = p.cmd.Start()
	started <- p.err
	if p.err != nil {
		return
	}

	pid := p.cmd.Process.Pid
	for {
		err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WNOWAIT, nil)
		if !errors.Is(err, unix.EINTR) {
			break
		}
	}
	// The child is a zombie now, so its process group id is still its own: take what it left behind with it.
	_ = unix.Kill(-pid, unix.SIGKILL)

	p.mu.Lock()
	p.reaped = true
	p.mu.Unlock()
	p.err = p.cmd.Wait()
}

// Pid is the child's process id.
func (p *Process) Pid() int { return p.cmd.Process.Pid }

// Done is closed when the child has ended and its output was read to the end.
func (p *Process) Done() <-chan struct{} { return p.done }

// Wait blocks until the child has ended. Its error is that of exec.Cmd.Wait: nil for exit status 0.
func (p *Process) Wait() error {
	<-p.done
	return p.err
}

// State is how the child ended, with the time and memory that it used, or nil for as long as it runs.
func (p *Process) State() *os.ProcessState {
	select {
	case <-p.done:
		return p.cmd.ProcessState
	default:
		return nil
	}
}

// Signal sends a signal to the child alone, and returns os.ErrProcessDone when it has ended.
func (p *Process) Signal(sig os.Signal) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.reaped {
		return os.ErrProcessDone
	}
	return p.cmd.Process.Signal(sig)
}

// Suspend stops the child with SIGSTOP, and returns when all of its threads stand still. Resume lets it go on.
func (p *Process) Suspend() error {
	if err := p.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	for {
		err := unix.Waitid(unix.P_PID, p.Pid(), nil, unix.WSTOPPED|unix.WEXITED|unix.WNOWAIT, nil)
		if !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

// Resume lets a suspended child go on.
func (p *Process) Resume() error { return p.Signal(syscall.SIGCONT) }

// Stop asks the child to end with sig, wakes it if SIGSTOP holds it, and kills it when it is still there after grace.
// It returns when the child is gone; the error is Wait's.
func (p *Process) Stop(sig os.Signal, grace time.Duration) error {
	return p.StopInsisting(sig, 2*grace, grace)
}

// StopInsisting is Stop for programs that want to be told more than once: it repeats the signal at an interval.
func (p *Process) StopInsisting(sig os.Signal, interval, grace time.Duration) error {
	deadline := time.NewTimer(grace)
	defer deadline.Stop()
	again := time.NewTicker(interval)
	defer again.Stop()
	for {
		_ = p.Signal(sig)
		_ = p.Signal(syscall.SIGCONT)
		select {
		case <-p.done:
			return p.err
		case <-deadline.C:
			return p.Kill()
		case <-again.C:
		}
	}
}

// Kill ends the child at once and returns when it is gone; the error is Wait's.
func (p *Process) Kill() error {
	_ = p.Signal(syscall.SIGKILL)
	return p.Wait()
}
