package play

/*
#cgo pkg-config: gstreamer-1.0
#include <gst/gst.h>
#include <stdlib.h>

// These are macros in C.
static GstURIHandler *handler_of (gpointer element) { return GST_URI_HANDLER (element); }
*/
import "C"

import (
	"fmt"
	"unsafe"

	"github.com/go-gst/go-gst/gst"
)

// Error is a GError.
type Error struct {
	Domain string
	Code   int
	Text   string
}

func (e *Error) Error() string { return fmt.Sprintf("%s %d: %s", e.Domain, e.Code, e.Text) }

func newError(c *C.GError) error {
	defer C.g_error_free(c)
	return &Error{Domain: C.GoString(C.g_quark_to_string(c.domain)), Code: int(c.code), Text: C.GoString(c.message)}
}

// ElementFromURI makes the element that GStreamer chooses for an address, as playbin does.
func ElementFromURI(uri string) (*gst.Element, error) {
	text := C.CString(uri)
	defer C.free(unsafe.Pointer(text))
	var problem *C.GError
	element := C.gst_element_make_from_uri(C.GST_URI_SRC, text, nil, &problem)
	if element == nil {
		return nil, newError(problem)
	}
	return gst.FromGstElementUnsafeNone(unsafe.Pointer(element)), nil
}

// SetURI sets an element's address, as playbin does.
func SetURI(element *gst.Element, uri string) error {
	text := C.CString(uri)
	defer C.free(unsafe.Pointer(text))
	var problem *C.GError
	if C.gst_uri_handler_set_uri(C.handler_of(C.gpointer(element.Unsafe())), text, &problem) == 0 {
		return newError(problem)
	}
	return nil
}

// URI reads an element's address, and returns an empty one for NULL.
func URI(element *gst.Element) string {
	text := C.gst_uri_handler_get_uri(C.handler_of(C.gpointer(element.Unsafe())))
	defer C.g_free(C.gpointer(unsafe.Pointer(text)))
	return C.GoString(text)
}
