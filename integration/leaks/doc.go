// Package leaks starts and stops pipelines many times and finds what stays behind: GStreamer objects, with GStreamer's own
// leaks tracer; goroutines; open files. Its tests run the cycles in a process of their own, which ends GStreamer.
//
// Pipelines are made in C here, because go-gst gives an object back only when Go's garbage collector finds it.
package leaks
