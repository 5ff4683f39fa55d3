package teststructure

/*
#cgo pkg-config: gstreamer-1.0
#include <gst/gst.h>

// These are macros in C.
static gboolean holds_structure (const GValue *value) { return GST_VALUE_HOLDS_STRUCTURE (value); }
static gboolean holds_array (const GValue *value) { return GST_VALUE_HOLDS_ARRAY (value); }
static gboolean holds_string (const GValue *value) { return G_VALUE_HOLDS_STRING (value); }
static gboolean holds_bytes (const GValue *value) { return G_VALUE_HOLDS (value, G_TYPE_BYTES); }
static const char *type_name (const GValue *value) { return G_VALUE_TYPE_NAME (value); }
*/
import "C"

import (
	"fmt"
	"strings"
	"unsafe"
)

// Value is a field of a Structure, or an element of an array.
type Value struct {
	Type      string     // GObject's name of it, such as "gchararray"
	Text      string     // as gst_value_serialize prints it; strings as they are; the bytes of GBytes
	Structure *Structure // or nil
	Array     []Value    // or nil
}

// Structure is a GstStructure.
type Structure struct {
	Name   string
	Names  []string // of the fields, in their order
	Fields map[string]Value
}

// Text returns a field's text; see At.
func (s *Structure) Text(path string) string { return s.At(path).Text }

// At returns a field, and no Value for one that is not there. Names lead into structures and arrays, as in
// "tracks/0/sid".
func (s *Structure) At(path string) Value {
	value := Value{Structure: s}
	for _, step := range strings.Split(path, "/") {
		var i int
		if _, err := fmt.Sscanf(step, "%d", &i); err == nil {
			if i >= len(value.Array) {
				return Value{}
			}
			value = value.Array[i]
			continue
		}
		if value.Structure == nil {
			return Value{}
		}
		value = value.Structure.Fields[step]
	}
	return value
}

// Read copies a *GstStructure.
func Read(structure unsafe.Pointer) *Structure { return newStructure((*C.GstStructure)(structure)) }

// Take copies a *GstStructure, and frees it.
func Take(structure unsafe.Pointer) *Structure {
	defer C.gst_structure_free((*C.GstStructure)(structure))
	return Read(structure)
}

func newStructure(c *C.GstStructure) *Structure {
	s := &Structure{Name: C.GoString(C.gst_structure_get_name(c)), Fields: map[string]Value{}}
	for i := range C.gst_structure_n_fields(c) {
		name := C.gst_structure_nth_field_name(c, C.guint(i))
		s.Names = append(s.Names, C.GoString(name))
		s.Fields[C.GoString(name)] = newValue(C.gst_structure_get_value(c, name))
	}
	return s
}

func newValue(c *C.GValue) Value {
	v := Value{Type: C.GoString(C.type_name(c))}
	switch {
	case C.holds_string(c) != 0:
		v.Text = C.GoString(C.g_value_get_string(c))
		return v
	case C.holds_bytes(c) != 0:
		var size C.gsize
		data := C.g_bytes_get_data((*C.GBytes)(C.g_value_get_boxed(c)), &size)
		v.Text = C.GoStringN((*C.char)(data), C.int(size))
		return v
	case C.holds_structure(c) != 0:
		v.Structure = newStructure((*C.GstStructure)(C.g_value_get_boxed(c)))
	case C.holds_array(c) != 0:
		v.Array = []Value{}
		for i := range C.gst_value_array_get_size(c) {
			v.Array = append(v.Array, newValue(C.gst_value_array_get_value(c, C.guint(i))))
		}
	}
	text := C.gst_value_serialize(c)
	defer C.g_free(C.gpointer(unsafe.Pointer(text)))
	v.Text = C.GoString(text)
	return v
}
