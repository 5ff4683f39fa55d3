package main

/*
#cgo pkg-config: gstreamer-1.0
#include <gst/gst.h>
#include <stdlib.h>

static GstStructure *
structure_of_property (gpointer object, const char *name)
{
  GstStructure *structure = NULL;

  g_object_get (object, name, &structure, NULL);
  return structure;
}
*/
import "C"

import (
	"unsafe"

	"github.com/go-gst/go-gst/gst"
)

// statistics reads the property stats of a LiveKit source. Texts are strings, and numbers are int64. go-gst 1.4 reads it, too, but
// its structure may be freed while it is used.
func statistics(element *gst.Element) map[string]any {
	property := C.CString("stats")
	defer C.free(unsafe.Pointer(property))
	structure := C.structure_of_property(C.gpointer(element.Unsafe()), property)
	defer C.gst_structure_free(structure)
	values := map[string]any{}
	for i := range C.gst_structure_n_fields(structure) {
		name := C.gst_structure_nth_field_name(structure, C.guint(i))
		if text := C.gst_structure_get_string(structure, name); text != nil {
			values[C.GoString(name)] = C.GoString(text)
			continue
		}
		var number C.GValue
		C.g_value_init(&number, C.G_TYPE_INT64)
		if C.g_value_transform(C.gst_structure_get_value(structure, name), &number) != 0 {
			values[C.GoString(name)] = int64(C.g_value_get_int64(&number))
		}
		C.g_value_unset(&number)
	}
	return values
}

// set sets a property of any type from a text, as gst-launch-1.0 does.
func set(element *gst.Element, property, text string) {
	name, value := C.CString(property), C.CString(text)
	defer C.free(unsafe.Pointer(name))
	defer C.free(unsafe.Pointer(value))
	C.gst_util_set_object_arg((*C.GObject)(element.Unsafe()), name, value)
}
