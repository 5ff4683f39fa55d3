package testpipeline

/*
#cgo pkg-config: gstreamer-1.0
#include <gst/gst.h>
#include <stdlib.h>

static GstPluginFeature *
take_feature (const char *name)
{
  GstPluginFeature *feature = gst_registry_lookup_feature (gst_registry_get (), name);

  if (feature)
    gst_registry_remove_feature (gst_registry_get (), feature);
  return feature;
}

static void
give_feature (GstPluginFeature *feature)
{
  gst_registry_add_feature (gst_registry_get (), feature);
  gst_object_unref (feature);
}
*/
import "C"

import (
	"testing"
	"unsafe"
)

// Without has this process's GStreamer not know an element until the test ends. No other test may run.
func Without(t testing.TB, element string) {
	t.Helper()
	C.gst_init(nil, nil)
	name := C.CString(element)
	defer C.free(unsafe.Pointer(name))
	if feature := C.take_feature(name); feature != nil {
		t.Cleanup(func() { C.give_feature(feature) })
	}
}
