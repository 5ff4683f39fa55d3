// Command plugin is libgstlivekit.so, the GStreamer plugin "livekit":
//
//	go build -buildmode=c-shared -o libgstlivekit.so ./plugin
//
// It registers the elements, and lets them size the Go runtime, which is its own.
// GStreamer's scanner runs it for every user, so it starts, opens and prints nothing.
package main

/*
#cgo pkg-config: gstreamer-1.0
*/
import "C"

import (
	_ "github.com/gst-livekit/gst-livekit/elements/livekitbin" // plugin.c registers the elements
	"github.com/gst-livekit/gst-livekit/elements/livekitsrc"
)

func init() { livekitsrc.OwnRuntime() }

func main() {}
