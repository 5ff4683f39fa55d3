package livekitdevices

/*
#cgo pkg-config: gstreamer-1.0
#include "gstlivekitdevices.h"
*/
import "C"

import (
	"errors"
	"sync"
)

var registerOnce = sync.OnceValue(func() error {
	if C.gst_livekit_device_provider_register_static() == 0 {
		return errors.New("GStreamer refused to register the device provider livekitdeviceprovider")
	}
	return nil
})

// Register makes the provider known to this process's GStreamer, which it initialises if that was not done yet. The devices make
// elements that have to be registered, too: call Register of package livekitbin, which does both.
func Register() error { return registerOnce() }
