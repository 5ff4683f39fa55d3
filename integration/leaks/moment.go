package leaks

/*
#cgo pkg-config: gstreamer-1.0
#include <gst/gst.h>
#include <stdlib.h>

// Returns NULL, or what went wrong, which the caller frees. *stopped is in ns.
static gchar *
stop_at (const gchar *description, GstClockTime moment, GstClockTime *stopped)
{
  GError *error = NULL;
  GstElement *pipeline = gst_parse_launch_full (description, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &error);
  GstMessage *message;
  GstBus *bus;
  gchar *problem = NULL;

  if (!pipeline) {
    problem = g_strdup (error->message);
    g_error_free (error);
    return problem;
  }
  gst_object_ref_sink (pipeline);
  bus = gst_element_get_bus (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (bus, moment, GST_MESSAGE_ERROR | GST_MESSAGE_EOS);
  *stopped = gst_util_get_timestamp ();
  gst_element_set_state (pipeline, GST_STATE_NULL);
  *stopped = gst_util_get_timestamp () - *stopped;
  if (message) {
    problem = g_strdup_printf ("%s at %" GST_TIME_FORMAT, GST_MESSAGE_TYPE_NAME (message), GST_TIME_ARGS (moment));
    gst_message_unref (message);
  }
  gst_object_unref (bus);
  gst_object_unref (pipeline);
  return problem;
}
*/
import "C"

import (
	"errors"
	"time"
	"unsafe"
)

// StopAt plays a pipeline, sets it to NULL at a moment after its start, and returns how long that took. The pipeline must not
// end before that.
func StopAt(description string, moment time.Duration) (time.Duration, error) {
	text := C.CString(description)
	defer C.free(unsafe.Pointer(text))
	var stopped C.GstClockTime
	if problem := C.stop_at(text, C.GstClockTime(moment), &stopped); problem != nil {
		defer C.g_free(C.gpointer(problem))
		return 0, errors.New(C.GoString(problem))
	}
	return time.Duration(stopped), nil
}
