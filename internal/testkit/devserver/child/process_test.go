package child_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver/child"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func start(t *testing.T, cmd *exec.Cmd) *child.Process {
	t.Helper()
	process, err := child.Start(cmd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = process.Kill() })
	return process
}

func TestWaitReturnsOutputAndExitStatus(t *testing.T) {
	var output bytes.Buffer
	cmd := exec.Command("sh", "-c", "echo hello; exit 3")
	cmd.Stdout = &output
	err := start(t, cmd).Wait()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 3 {
		t.Errorf("Wait returned %v, want exit status 3", err)
	}
	if output.String() != "hello\n" {
		t.Errorf("output is %q", output.String())
	}
}

func TestStartReportsMissingProgram(t *testing.T) {
	if _, err := child.Start(exec.Command("/nonexistent/program")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Start returned %v", err)
	}
}

func TestStopKillsAfterGrace(t *testing.T) {
	ready, trapped, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer ready.Close()
	cmd := exec.Command("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 10; done")
	cmd.Stdout = trapped
	process := start(t, cmd)
	_ = trapped.Close()
	if _, err := ready.Read(make([]byte, 16)); err != nil {
		t.Fatal(err)
	}
	if err := process.Stop(syscall.SIGTERM, 50*time.Millisecond); err == nil {
		t.Error("Stop returned no error for a killed child")
	}
	if err := process.Signal(syscall.SIGTERM); !errors.Is(err, os.ErrProcessDone) {
		t.Errorf("Signal after the end returned %v", err)
	}
}

func TestStopInsistingRepeatsTheSignal(t *testing.T) {
	ready, trapped, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer ready.Close()
	cmd := exec.Command("sh", "-c", "trap 'trap - TERM' TERM; echo ready; while :; do sleep 0.05; done")
	cmd.Stdout = trapped
	process := start(t, cmd)
	_ = trapped.Close()
	if _, err := ready.Read(make([]byte, 16)); err != nil {
		t.Fatal(err)
	}
	err = process.StopInsisting(syscall.SIGTERM, 100*time.Millisecond, time.Minute)
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGTERM {
		t.Errorf("the child ended with %v, want SIGTERM", err)
	}
}

func TestStopWakesSuspendedChild(t *testing.T) {
	process := start(t, exec.Command("sleep", "60"))
	if err := process.Suspend(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	_ = process.Stop(syscall.SIGTERM, time.Minute)
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("Stop took %v", took)
	}
}

func TestGrandchildrenEndWithTheChild(t *testing.T) {
	// The pipe reads as ended only when the grandchild, which inherits it, has gone too.
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	cmd := exec.Command("sh", "-c", "sleep 60 & echo started; exit 0")
	cmd.Stdout = writer
	process := start(t, cmd)
	_ = writer.Close()
	if err := process.Wait(); err != nil {
		t.Fatal(err)
	}
	if err := reader.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	var output bytes.Buffer
	if _, err := output.ReadFrom(reader); err != nil {
		t.Errorf("the grandchild still holds its output: %v", err)
	}
}
