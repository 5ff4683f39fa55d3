package play

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

static const char *
nick_of_property (gpointer object, const char *name)
{
  GParamSpec *spec = g_object_class_find_property (G_OBJECT_GET_CLASS (object), name);
  int number;

  g_object_get (object, name, &number, NULL);
  return g_enum_get_value (G_PARAM_SPEC_ENUM (spec)->enum_class, number)->value_nick;
}
*/
import "C"

import (
	"testing"
	"unsafe"

	"github.com/go-gst/go-gst/gst"

	"github.com/gst-livekit/gst-livekit/internal/testkit/teststructure"
)

// StructureOf reads a property that is a GstStructure, which must not be NULL.
func StructureOf(t testing.TB, element *gst.Element, property string) *teststructure.Structure {
	t.Helper()
	name := C.CString(property)
	defer C.free(unsafe.Pointer(name))
	c := C.structure_of_property(C.gpointer(element.Unsafe()), name)
	if c == nil {
		t.Fatalf("%s is NULL", property)
	}
	defer C.gst_structure_free(c)
	return teststructure.Read(unsafe.Pointer(c))
}

// NickOf reads a property that is an enum.
func NickOf(element *gst.Element, property string) string {
	name := C.CString(property)
	defer C.free(unsafe.Pointer(name))
	return C.GoString(C.nick_of_property(C.gpointer(element.Unsafe()), name))
}
