package testpipeline

/*
#cgo pkg-config: gstreamer-1.0
#include <gst/gst.h>
#include <stdlib.h>

// What an element of a factory reads its address as, once it has taken this one; NULL if it does not take it. An element
// that is no handler of addresses takes those that it can read afterwards. The caller frees.
static gchar *
taken_uri (const char *factory, const char *uri)
{
  GstElement *element = gst_element_factory_make (factory, NULL);
  gchar *reads = NULL;

  gst_object_ref_sink (element);
  if (!GST_IS_URI_HANDLER (element)) {
    g_object_set (element, "uri", uri, NULL);
    g_object_get (element, "uri", &reads, NULL);
  } else if (gst_uri_handler_set_uri (GST_URI_HANDLER (element), uri, NULL))
    reads = gst_uri_handler_get_uri (GST_URI_HANDLER (element));
  gst_object_unref (element);
  return reads;
}
*/
import "C"

import "unsafe"

// TakenURI gives an address to a new element, and returns what it reads as. It is not ok when the element does not take it.
func TakenURI(factory, uri string) (reads string, ok bool) {
	name, text := C.CString(factory), C.CString(uri)
	defer C.free(unsafe.Pointer(name))
	defer C.free(unsafe.Pointer(text))
	c := C.taken_uri(name, text)
	if c == nil {
		return "", false
	}
	defer C.g_free(C.gpointer(unsafe.Pointer(c)))
	return C.GoString(c), true
}
