package livekitdevices

/*
#include "../internal/base/plugin.h"
#include "gstlivekitdevices.h"
*/
import "C"

import (
	"runtime/cgo"
	"time"
	"unsafe"

	"github.com/gst-livekit/gst-livekit/elements/internal/base"
	"github.com/gst-livekit/gst-livekit/internal/guard"
	"github.com/gst-livekit/gst-livekit/internal/room"
)

// patience is how long the first list is waited for: gst-device-monitor-1.0, for one, ends after what is there when all providers
// have started.
const patience = 2 * time.Second

// The functions that the C half calls. None lets a panic reach C, where it would abort the host.

// withWatch calls f with the watch of a handle, unless it was stopped.
func withWatch(place string, handle C.uintptr_t, f func(w *watch)) {
	if w, ok := guard.Value[*watch](cgo.Handle(handle)); ok {
		guard.Do(place, w, func() { f(w) })
	}
}

// livekitDevicesStart begins to add devices to a provider. It returns when those that are there at first were added, but after
// patience at the latest. It returns the handle of the watch, or 0 after an internal error.
//
//export livekitDevicesStart
func livekitDevicesStart(c unsafe.Pointer, environment *C.GstLivekitEnvironment) (handle C.uintptr_t) {
	guard.Do("devices: start", nil, func() {
		w := startWatch(newConfig(environment), &provider{(*C.GstDeviceProvider)(c), map[string]*C.GstDevice{}})
		handle = C.uintptr_t(cgo.NewHandle(w))
		w.await(patience)
	})
	return handle
}

// livekitDevicesStop leaves the room, and waits until nothing of the watch is left.
//
//export livekitDevicesStop
func livekitDevicesStop(handle C.uintptr_t) {
	withWatch("devices: stop", handle, (*watch).stop)
	// What has panicked leaves the rest of it to do: nothing of a watch may go on behind its provider.
	withWatch("devices: stopped", handle, func(w *watch) {
		cgo.Handle(handle).Delete()
		w.stop()
		if p, ok := w.shelf.(*provider); ok {
			p.clear()
		}
	})
}

// livekitDevicesProbe returns the devices that there are now, each floating, in a list. It waits for them, but not longer than
// patience.
//
//export livekitDevicesProbe
func livekitDevicesProbe(environment *C.GstLivekitEnvironment) (devices *C.GList) {
	guard.Do("devices: probe", nil, func() {
		found := snapshot{}
		w := startWatch(newConfig(environment), found)
		defer w.stop()
		w.await(patience)
		w.stop()
		for _, t := range found {
			devices = C.g_list_prepend(devices, C.gpointer(newDevice(t)))
		}
	})
	return devices
}

func newConfig(c *C.GstLivekitEnvironment) room.Config {
	config := room.Config{
		URL:       C.GST_LIVEKIT_DEFAULT_URL,
		Token:     C.GoString(c.token),
		APIKey:    C.GoString(c.api_key),
		APISecret: C.GoString(c.api_secret),
		Room:      C.GoString(c.room),
		Version:   C.GST_LIVEKIT_VERSION,
		Logger:    base.CategoryLogger(unsafe.Pointer(C.gst_livekit_device_provider_category())),
	}
	if c.url != nil {
		config.URL = C.GoString(c.url)
	}
	// A token that somebody else has made says itself whether we are seen.
	config.Hidden = config.Token == ""
	return config
}

// snapshot is a shelf of which nobody is told, by SID.
type snapshot map[string]track

func (s snapshot) add(t track)       { s[t.sid] = t }
func (s snapshot) change(t track)    { s[t.sid] = t }
func (s snapshot) remove(sid string) { delete(s, sid) }
