// Package testpipeline is a GStreamer pipeline around something that brings no pipeline of its own, for unit tests: a bin
// with a ghost pad that has no target yet, and downstream of it whatever a test describes in gst-launch's language. The
// integration tests have package play instead, which compiles for minutes.
package testpipeline
