package livekitsrc

/*
#cgo pkg-config: gstreamer-1.0 gstreamer-video-1.0
#include "gstlivekitsrc.h"
*/
import "C"

import (
	"errors"
	"sync"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/elements/internal/base"
	"github.com/gst-livekit/gst-livekit/internal/chain"
	"github.com/gst-livekit/gst-livekit/internal/guard"
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
// Nothing is written to standard error: what happens is in GStreamer's log.
func Register() error { return registerOnce() }

// OwnRuntime says that the Go runtime serves nothing but elements of this module, as
// in the plugin, so that its GOMAXPROCS may follow what they receive: docs/adr/0011 has
// what that saves. A value that the user put into the environment stays.
func OwnRuntime() { base.OwnRuntime() }

// livekitSrcTemplateCaps returns NULL after an internal error.
//
//export livekitSrcTemplateCaps
func livekitSrcTemplateCaps() (text *C.char) {
	guard.Do("livekitsrc: template caps", nil, func() { text = C.CString(caps.TemplateCaps()) })
	return text
}
