package play

/*
#cgo pkg-config: gstreamer-1.0
#include <gst/gst.h>

typedef struct {
  const gchar *name;     // borrowed from the class
  gchar *default_value;  // owned
  gchar *value;          // owned, NULL if it cannot be read
} PlayProperty;

// The properties that the element's own class has and that have a default, as gst_value_serialize prints them. The caller frees.
static PlayProperty *
properties (gpointer object, guint *count)
{
  GParamSpec **specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (object), count);
  PlayProperty *all = g_new0 (PlayProperty, *count);
  guint i, own = 0;

  for (i = 0; i < *count; i++) {
    GValue value = G_VALUE_INIT;

    // The structures are about the moment, and none of them is NULL as their default is.
    if (specs[i]->owner_type != G_OBJECT_TYPE (object) || specs[i]->value_type == GST_TYPE_STRUCTURE)
      continue;
    all[own].name = g_param_spec_get_name (specs[i]);
    all[own].default_value = gst_value_serialize (g_param_spec_get_default_value (specs[i]));
    if (specs[i]->flags & G_PARAM_READABLE) {
      g_value_init (&value, specs[i]->value_type);
      g_object_get_property (object, all[own].name, &value);
      all[own].value = gst_value_serialize (&value);
      g_value_unset (&value);
    }
    own++;
  }
  g_free (specs);
  *count = own;
  return all;
}
*/
import "C"

import (
	"unsafe"

	"github.com/go-gst/go-gst/gst"
)

// Property is what a property is by default, which gst-inspect-1.0 does not tell of those that it can read, and what it
// is in an element. Both are as gst_value_serialize prints them.
type Property struct {
	Name     string
	Default  string
	Readable bool
	Value    string
}

// Properties returns those of the element's own class that have a default.
func Properties(element *gst.Element) []Property {
	var count C.guint
	c := C.properties(C.gpointer(element.Unsafe()), &count)
	defer C.g_free(C.gpointer(unsafe.Pointer(c)))
	var all []Property
	for _, p := range unsafe.Slice(c, int(count)) {
		all = append(all, Property{
			Name: C.GoString(p.name), Default: C.GoString(p.default_value),
			Readable: p.value != nil, Value: C.GoString(p.value),
		})
		C.g_free(C.gpointer(unsafe.Pointer(p.default_value)))
		C.g_free(C.gpointer(unsafe.Pointer(p.value)))
	}
	return all
}
