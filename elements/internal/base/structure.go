package base

/*
#include <stdlib.h>
#include "border.h"
*/
import "C"

import (
	"fmt"
	"strings"
	"unsafe"
)

// Structure is a GstStructure that is being filled. Whoever takes it frees it.
type Structure struct {
	c *C.GstStructure
}

func NewStructure(name string) Structure {
	c := C.CString(name)
	defer C.free(unsafe.Pointer(c))
	return Structure{C.gst_structure_new_empty(c)}
}

// Pointer is the GstStructure, for a function in C that takes it.
func (s Structure) Pointer() unsafe.Pointer { return unsafe.Pointer(s.c) }

// Printable is a text without what C and GStreamer do not take: NUL, and what is not UTF-8.
func Printable(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
}

// Set adds a field. The value is a string, bool, int32, uint32, int64, uint64,
// float64 or []byte, which is copied, or a structure or list of such values, which
// is taken.
func (s Structure) Set(field string, value any) {
	name := C.CString(field)
	defer C.free(unsafe.Pointer(name))
	v := newValue(value)
	C.gst_structure_take_value(s.c, name, &v)
}

func newValue(value any) (v C.GValue) {
	switch x := value.(type) {
	case string:
		text := C.CString(Printable(x))
		defer C.free(unsafe.Pointer(text))
		C.g_value_init(&v, C.G_TYPE_STRING)
		C.g_value_set_string(&v, text)
	case bool:
		C.g_value_init(&v, C.G_TYPE_BOOLEAN)
		C.g_value_set_boolean(&v, gboolean(x))
	case int32:
		C.g_value_init(&v, C.G_TYPE_INT)
		C.g_value_set_int(&v, C.gint(x))
	case uint32:
		C.g_value_init(&v, C.G_TYPE_UINT)
		C.g_value_set_uint(&v, C.guint(x))
	case int64:
		C.g_value_init(&v, C.G_TYPE_INT64)
		C.g_value_set_int64(&v, C.gint64(x))
	case uint64:
		C.g_value_init(&v, C.G_TYPE_UINT64)
		C.g_value_set_uint64(&v, C.guint64(x))
	case float64:
		C.g_value_init(&v, C.G_TYPE_DOUBLE)
		C.g_value_set_double(&v, C.gdouble(x))
	case []byte:
		C.g_value_init(&v, C.g_bytes_get_type())
		C.g_value_take_boxed(&v, C.gconstpointer(C.g_bytes_new(C.gconstpointer(unsafe.SliceData(x)), C.gsize(len(x)))))
	case Structure:
		C.g_value_init(&v, C.gst_structure_get_type())
		C.g_value_take_boxed(&v, C.gconstpointer(x.c))
	case list:
		C.g_value_init(&v, C.gst_value_array_get_type())
		for _, element := range x {
			appended := newValue(element)
			C.gst_value_array_append_and_take_value(&v, &appended)
		}
	default:
		panic(fmt.Sprintf("%T is not a value of a structure", value))
	}
	return v
}

// list is a GST_TYPE_ARRAY in the making.
type list []any

func gboolean(b bool) C.gboolean {
	if b {
		return 1
	}
	return 0
}
