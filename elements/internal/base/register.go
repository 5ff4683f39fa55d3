package base

/*
#cgo pkg-config: gstreamer-1.0 gstreamer-video-1.0 gstreamer-pbutils-1.0
#include "border.h"
*/
import "C"

import (
	"errors"
	"sync"

	"github.com/gst-livekit/gst-livekit/internal/chain"
)

var registerOnce = sync.OnceValue(func() error {
	if err := chain.Init(); err != nil {
		return err
	}
	if C.gst_livekit_src_register_static() == 0 {
		return errors.New("GStreamer refused to register the element livekitsrc")
	}
	return nil
})

// Register makes livekitsrc known to this process's GStreamer, which it
// initialises if that was not done yet. It takes precedence over an installed
// plugin. It may be called more than once, from any goroutine.
//
// The program shares its copy of LiveKit's SDK with the element. The SDK and pion
// write to standard error until the program calls lksdk.SetLogger.
func Register() error { return registerOnce() }
