package measure

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// Threads are what the kernel says of a process's threads at a moment.
type Threads struct {
	At       time.Time
	Switches map[int]int64 // by thread id, how often the processor went to another thread since it began
}

// ReadThreads asks for a process's threads. See proc_pid_status(5).
func ReadThreads(pid int) (Threads, error) {
	folder := fmt.Sprintf("/proc/%d/task", pid)
	tasks, err := os.ReadDir(folder)
	if err != nil {
		return Threads{}, fmt.Errorf("ask for threads: %w", err)
	}
	threads := Threads{At: time.Now(), Switches: make(map[int]int64)}
	for _, task := range tasks {
		id, err := strconv.Atoi(task.Name())
		if err != nil {
			return Threads{}, fmt.Errorf("ask for threads: %w", err)
		}
		status, err := os.ReadFile(filepath.Join(folder, task.Name(), "status"))
		if err != nil {
			continue // it has just ended
		}
		if threads.Switches[id], err = switchesOf(status); err != nil {
			return Threads{}, err
		}
	}
	return threads, nil
}

func switchesOf(status []byte) (switches int64, err error) {
	found := 0
	for line := range bytes.Lines(status) {
		name, value, _ := bytes.Cut(line, []byte(":"))
		if !bytes.HasSuffix(name, []byte("_ctxt_switches")) {
			continue
		}
		n, err := strconv.ParseInt(string(bytes.TrimSpace(value)), 10, 64)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", name, err)
		}
		switches += n
		found++
	}
	if found != 2 {
		return 0, errors.New("a thread's status has no switches")
	}
	return switches, nil
}

// switchesSince returns how often a second the threads were switched since an earlier moment. Those that have ended in the
// meantime are left out.
func (t Threads) switchesSince(earlier Threads) float64 {
	var n int64
	for id, switches := range t.Switches {
		n += switches - earlier.Switches[id]
	}
	return float64(n) / t.At.Sub(earlier.At).Seconds()
}
