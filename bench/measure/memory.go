package measure

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
)

// Memory is what the kernel says of a process's memory, in bytes. See proc_pid_status(5).
type Memory struct {
	Resident  int64 // VmRSS
	Anonymous int64 // RssAnon: without what is mapped from files
	Peak      int64 // VmHWM
}

// ReadMemory asks for a process's memory.
func ReadMemory(pid int) (Memory, error) {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return Memory{}, fmt.Errorf("ask for memory: %w", err)
	}
	return parseStatus(status)
}

func parseStatus(status []byte) (Memory, error) {
	var m Memory
	wanted := map[string]*int64{"VmRSS": &m.Resident, "RssAnon": &m.Anonymous, "VmHWM": &m.Peak}
	found := 0
	for line := range bytes.Lines(status) {
		name, value, ok := bytes.Cut(line, []byte(":"))
		field := wanted[string(name)]
		if !ok || field == nil {
			continue
		}
		number, ok := bytes.CutSuffix(bytes.TrimSpace(value), []byte(" kB"))
		if !ok {
			return Memory{}, fmt.Errorf("%s is %q and not in kB", name, value)
		}
		kilobytes, err := strconv.ParseInt(string(number), 10, 64)
		if err != nil {
			return Memory{}, fmt.Errorf("%s: %w", name, err)
		}
		*field = kilobytes * 1024
		found++
	}
	if found != len(wanted) {
		// A process that has ended and was not waited for has none.
		return Memory{}, fmt.Errorf("%d of %d values about memory are missing", len(wanted)-found, len(wanted))
	}
	return m, nil
}
