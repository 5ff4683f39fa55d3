package base

/*
#include <stdlib.h>
#include "border.h"
*/
import "C"

import (
	"fmt"
	"strconv"
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

// Set adds a field. The value is a string, bool, int32, uint32, int64, uint64,
// float64 or []byte, which is copied, or a structure or list of such values, which
// is taken.
func (s Structure) Set(field string, value any) {
	name := C.CString(field)
	defer C.free(unsafe.Pointer(name))
	switch v := value.(type) {
	case string:
		// C and GStreamer take neither.
		text := C.CString(strings.ReplaceAll(strings.ToValidUTF8(v, "\uFFFD"), "\x00", "\uFFFD"))
		defer C.free(unsafe.Pointer(text))
		C.gst_livekit_structure_set_string(s.c, name, text)
	case bool:
		C.gst_livekit_structure_set_boolean(s.c, name, gboolean(v))
	case int32:
		C.gst_livekit_structure_set_int(s.c, name, C.gint(v))
	case uint32:
		C.gst_livekit_structure_set_uint(s.c, name, C.guint(v))
	case int64:
		C.gst_livekit_structure_set_int64(s.c, name, C.gint64(v))
	case uint64:
		C.gst_livekit_structure_set_uint64(s.c, name, C.guint64(v))
	case float64:
		C.gst_livekit_structure_set_double(s.c, name, C.gdouble(v))
	case []byte:
		C.gst_livekit_structure_set_bytes(s.c, name, unsafe.Pointer(unsafe.SliceData(v)), C.gsize(len(v)))
	case Structure:
		C.gst_livekit_structure_take_structure(s.c, name, v.c)
	case list:
		values := NewStructure("list")
		for i, element := range v {
			values.Set("value-"+strconv.Itoa(i), element)
		}
		C.gst_livekit_structure_take_array(s.c, name, values.c)
	default:
		panic(fmt.Sprintf("field %s: %T is not a value of a structure", field, value))
	}
}

// list is a GST_TYPE_ARRAY in the making.
type list []any

func gboolean(b bool) C.gboolean {
	if b {
		return 1
	}
	return 0
}
