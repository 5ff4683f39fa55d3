package play

/*
#cgo pkg-config: gstreamer-1.0
#include <gst/gst.h>
*/
import "C"

import (
	"unsafe"

	"github.com/go-gst/go-gst/gst"
)

// Signal is one of an element's signals.
type Signal struct {
	Name      string
	Arguments int
}

// Signals returns those of the element's own class.
func Signals(element *gst.Element) []Signal {
	var count C.guint
	ids := C.g_signal_list_ids(C.GType(element.TypeFromInstance()), &count)
	defer C.g_free(C.gpointer(unsafe.Pointer(ids)))
	var all []Signal
	for _, id := range unsafe.Slice(ids, int(count)) {
		var query C.GSignalQuery
		C.g_signal_query(id, &query)
		all = append(all, Signal{Name: C.GoString(query.signal_name), Arguments: int(query.n_params)})
	}
	return all
}
