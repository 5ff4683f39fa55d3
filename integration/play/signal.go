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

// Signals returns those of the element's class, after those of the classes that it comes from, up to GstBin.
func Signals(element *gst.Element) []Signal { return signals(C.GType(element.TypeFromInstance())) }

func signals(class C.GType) []Signal {
	if class == C.gst_bin_get_type() {
		return nil
	}
	all := signals(C.g_type_parent(class))
	var count C.guint
	ids := C.g_signal_list_ids(class, &count)
	defer C.g_free(C.gpointer(unsafe.Pointer(ids)))
	for _, id := range unsafe.Slice(ids, int(count)) {
		var query C.GSignalQuery
		C.g_signal_query(id, &query)
		all = append(all, Signal{Name: C.GoString(query.signal_name), Arguments: int(query.n_params)})
	}
	return all
}
