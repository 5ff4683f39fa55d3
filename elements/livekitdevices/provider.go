package livekitdevices

/*
#include <stdlib.h>
#include "gstlivekitdevices.h"
*/
import "C"

import (
	"unsafe"

	"github.com/gst-livekit/gst-livekit/caps"
	"github.com/gst-livekit/gst-livekit/elements/internal/base"
)

// provider is the shelf that a GstDeviceProvider is. It tells its monitors what changes. Each device is referenced here, too.
type provider struct {
	c       *C.GstDeviceProvider
	devices map[string]*C.GstDevice // by SID
}

func (p *provider) add(t track) {
	device := newDevice(t)
	p.devices[t.sid] = device
	C.gst_object_ref_sink(C.gpointer(device))
	C.gst_device_provider_device_add(p.c, device)
}

func (p *provider) change(t track) {
	before, device := p.devices[t.sid], newDevice(t)
	p.devices[t.sid] = device
	C.gst_object_ref_sink(C.gpointer(device))
	C.gst_device_provider_device_changed(p.c, device, before)
	C.gst_object_unref(C.gpointer(before))
}

func (p *provider) remove(sid string) {
	device := p.devices[sid]
	delete(p.devices, sid)
	C.gst_device_provider_device_remove(p.c, device)
	C.gst_object_unref(C.gpointer(device))
}

// clear gives up the references. GStreamer removes the devices of a provider that has stopped.
func (p *provider) clear() {
	for sid, device := range p.devices {
		delete(p.devices, sid)
		C.gst_object_unref(C.gpointer(device))
	}
}

// newDevice makes a device, floating. Nothing in it is a secret: its element finds server and keys in the environment.
func newDevice(t track) *C.GstDevice {
	properties := base.NewStructure("livekit-device")
	properties.Set("device.api", "livekit")
	properties.Set("room", t.room)
	properties.Set("participant", t.participant)
	properties.Set("participant-name", t.shownAs)
	properties.Set("track-sid", t.sid)
	properties.Set("track-name", t.name)
	properties.Set("source", base.Dashed(t.source.String()))
	properties.Set("mime-type", t.mimeType)
	name, format := C.CString(base.Printable(t.displayName())), C.CString(t.caps())
	defer C.free(unsafe.Pointer(name))
	defer C.free(unsafe.Pointer(format))
	var isAudio C.gboolean
	if t.kind == caps.Audio {
		isAudio = 1
	}
	return C.gst_livekit_device_new(isAudio, name, format, (*C.GstStructure)(properties.Pointer()))
}
