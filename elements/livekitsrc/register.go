package livekitsrc

import "github.com/gst-livekit/gst-livekit/elements/internal/base"

// Register makes livekitsrc known to this process's GStreamer, which it
// initialises if that was not done yet. It takes precedence over an installed
// plugin. It may be called more than once, from any goroutine.
//
// The program shares its copy of LiveKit's SDK with the element. The SDK and pion
// write to standard error until the program calls lksdk.SetLogger.
func Register() error { return base.Register() }

// OwnRuntime says that the Go runtime serves nothing but elements of this package, as
// in the plugin, so that its GOMAXPROCS may follow what they receive: docs/adr/0011 has
// what that saves. A value that the user put into the environment stays.
func OwnRuntime() { base.OwnRuntime() }
