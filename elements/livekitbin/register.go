package livekitbin

/*
#cgo pkg-config: gstreamer-1.0
#include "gstlivekitbin.h"
*/
import "C"

import (
	"errors"
	"sync"

	"github.com/gst-livekit/gst-livekit/elements/livekitaudiosrc"
	"github.com/gst-livekit/gst-livekit/elements/livekitdevices"
	"github.com/gst-livekit/gst-livekit/elements/livekitsrc"
)

var registerOnce = sync.OnceValue(func() error {
	if err := errors.Join(livekitsrc.Register(), livekitaudiosrc.Register()); err != nil {
		return err
	}
	if C.gst_livekit_bin_register_static() == 0 {
		return errors.New("GStreamer refused to register the element livekitbin")
	}
	return livekitdevices.Register()
})

// Register makes livekitbin known to this process's GStreamer, which it
// initialises if that was not done yet, and with it livekitsrc,
// livekitaudiosrc and the device provider. They take precedence over an installed plugin. It may be
// called more than once, from any goroutine.
//
// Nothing is written to standard error: what happens is in GStreamer's log.
func Register() error { return registerOnce() }
