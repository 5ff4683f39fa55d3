package livekitaudiosrc

/*
#cgo pkg-config: gstreamer-1.0
#include "gstlivekitaudiosrc.h"
*/
import "C"

import (
	"errors"
	"sync"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/internal/chain"
	"github.com/gst-livekit/gst-livekit/internal/guard"
)

var registerOnce = sync.OnceValue(func() error {
	if err := chain.Init(); err != nil {
		return err
	}
	if C.gst_livekit_audio_src_register_static() == 0 {
		return errors.New("GStreamer refused to register the element livekitaudiosrc")
	}
	return nil
})

// Register makes livekitaudiosrc known to this process's GStreamer, which it
// initialises if that was not done yet. It takes precedence over an installed
// plugin. It may be called more than once, from any goroutine.
//
// A program that registers this element gets livekitsrc from that package's Register,
// and not from an installed plugin.
//
// Nothing is written to standard error: what happens is in GStreamer's log.
func Register() error { return registerOnce() }

// livekitAudioSrcTemplateCaps returns NULL after an internal error.
//
//export livekitAudioSrcTemplateCaps
func livekitAudioSrcTemplateCaps() (text *C.char) {
	guard.Do("livekitaudiosrc: template caps", nil, func() { text = C.CString(caps.AudioTemplateCaps()) })
	return text
}
