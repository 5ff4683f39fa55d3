package record

import (
	"runtime"
	"strings"
)

const module = "github.com/gst-livekit/gst-livekit/"

// ProfileMallocs makes every allocation of this program known from now on, which makes it slower: what it costs is then
// not to be compared. It is to be called at the start of main.
func ProfileMallocs() { runtime.MemProfileRate = 1 }

// ourMallocs is how often code of this module has allocated, without the benchmark's own, or nil if nobody knows.
// An allocation is whose code asked the runtime for it: what pion does on our behalf is pion's.
func ourMallocs() *int64 {
	if runtime.MemProfileRate != 1 {
		return nil
	}
	// What was allocated counts as soon as the garbage collection after the next one is over.
	runtime.GC()
	runtime.GC()
	var total int64
	for _, r := range memoryProfile() {
		if ours(r.Stack()) {
			total += r.AllocObjects
		}
	}
	return &total
}

func memoryProfile() []runtime.MemProfileRecord {
	size, _ := runtime.MemProfile(nil, true)
	for {
		records := make([]runtime.MemProfileRecord, size+50)
		n, ok := runtime.MemProfile(records, true)
		if ok {
			return records[:n]
		}
		size = n
	}
}

// ours reports whether the innermost function outside Go's own library is one of this module.
func ours(stack []uintptr) bool {
	frames := runtime.CallersFrames(stack)
	for {
		frame, more := frames.Next()
		if name := frame.Function; name != "" && !standard(name) {
			return strings.HasPrefix(name, module) && !strings.HasPrefix(name, module+"bench/")
		}
		if !more {
			return false
		}
	}
}

// standard reports whether a function is of Go's own library, whose import paths have no dot in their first element. A
// program's own functions are of the package main.
func standard(function string) bool {
	path, _, _ := strings.Cut(function, "/")
	if path != function {
		return !strings.Contains(path, ".")
	}
	return !strings.HasPrefix(function, "main.") && !strings.HasPrefix(function, "_cgo")
}
