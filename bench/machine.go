package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/gst-livekit/gst-livekit/bench/report"
)

// busyInterval is how long is looked at what others do on this machine.
const busyInterval = time.Second

// readMachine describes this machine, and sees how busy it is. Nothing of the benchmark is to run meanwhile.
func readMachine(ctx context.Context) (report.Machine, error) {
	busy, err := readBusy(ctx)
	if err != nil {
		return report.Machine{}, err
	}
	m := report.Machine{
		Date:      time.Now().UTC().Format(time.DateOnly),
		Processor: "unknown",
		Cores:     runtime.NumCPU(),
		Go:        runtime.Version(),
		Busy:      busy,
	}
	var name unix.Utsname
	if err := unix.Uname(&name); err == nil {
		// What is behind the numbers says who built it, and where.
		release, _, _ := strings.Cut(unix.ByteSliceToString(name.Release[:]), "-")
		m.Kernel = unix.ByteSliceToString(name.Sysname[:]) + " " + release
	}
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		m.Processor = processor(info)
	}
	if out, err := exec.CommandContext(ctx, "gst-inspect-1.0", "--version").Output(); err == nil {
		m.GStreamer = gstreamerVersion(string(out))
	}
	return m, nil
}

// processor is the name of the first processor in /proc/cpuinfo.
func processor(info []byte) string {
	for line := range bytes.Lines(info) {
		if name, value, ok := bytes.Cut(line, []byte(":")); ok && bytes.Equal(bytes.TrimSpace(name), []byte("model name")) {
			return string(bytes.TrimSpace(value))
		}
	}
	return "unknown"
}

// gstreamerVersion is 1.22.0 of "GStreamer 1.22.0".
func gstreamerVersion(text string) string {
	for line := range strings.Lines(text) {
		if version, ok := strings.CutPrefix(strings.TrimSpace(line), "GStreamer "); ok {
			return version
		}
	}
	return "unknown"
}

// readBusy is how many cores are in use.
func readBusy(ctx context.Context) (float64, error) {
	before, err := readStat()
	if err != nil {
		return 0, err
	}
	timer := time.NewTimer(busyInterval)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
	after, err := readStat()
	if err != nil {
		return 0, err
	}
	all := after.all - before.all
	if all == 0 {
		return 0, nil
	}
	return (1 - float64(after.idle-before.idle)/float64(all)) * float64(runtime.NumCPU()), nil
}

// stat is how long all cores together have been idle, in ticks, and how long they have been there.
type stat struct {
	idle, all uint64
}

func readStat() (stat, error) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return stat{}, fmt.Errorf("see how busy the machine is: %w", err)
	}
	return parseStat(string(text))
}

// parseStat reads the first line of /proc/stat; see proc_stat(5). Time for guests is in user time already.
func parseStat(text string) (stat, error) {
	line, _, _ := strings.Cut(text, "\n")
	fields := strings.Fields(line)
	if len(fields) < 9 || fields[0] != "cpu" {
		return stat{}, fmt.Errorf("see how busy the machine is: /proc/stat begins with %q", line)
	}
	var s stat
	for i, field := range fields[1:9] {
		ticks, err := strconv.ParseUint(field, 10, 64)
		if err != nil {
			return stat{}, fmt.Errorf("see how busy the machine is: %w", err)
		}
		s.all += ticks
		if i == 3 || i == 4 { // idle, and idle while something was read or written
			s.idle += ticks
		}
	}
	return s, nil
}
