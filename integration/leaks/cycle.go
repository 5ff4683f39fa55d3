package leaks

/*
#cgo pkg-config: gstreamer-1.0
#include <gst/gst.h>
#include <stdlib.h>

static gboolean
wait_for_end (GstElement *pipeline, GstClockTime patience, gchar **problem)
{
  GstBus *bus = gst_element_get_bus (pipeline);
  GstMessage *message = gst_bus_timed_pop_filtered (bus, patience, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  GError *error = NULL;

  gst_object_unref (bus);
  if (!message) {
    *problem = g_strdup ("neither end nor error");
    return FALSE;
  }
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, NULL);
    *problem = g_strdup (error->message);
    g_error_free (error);
  }
  gst_message_unref (message);
  return *problem == NULL;
}

// Returns NULL, or what went wrong, which the caller frees.
static gchar *
cycle (const gchar *description, GstState state, gboolean end, gboolean await, GstClockTime patience)
{
  gchar *problem = NULL;
  GError *error = NULL;
  GstElement *pipeline = gst_parse_launch_full (description, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &error);

  if (!pipeline) {
    problem = g_strdup (error->message);
    g_error_free (error);
    return problem;
  }
  gst_object_ref_sink (pipeline);
  gst_element_set_state (pipeline, state);
  if (end)
    gst_element_send_event (pipeline, gst_event_new_eos ());
  if (await)
    wait_for_end (pipeline, patience, &problem);
  gst_element_set_state (pipeline, GST_STATE_NULL);
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

// State is a GStreamer state.
type State int

// The states that a cycle goes to.
const (
	Ready   State = C.GST_STATE_READY
	Paused  State = C.GST_STATE_PAUSED
	Playing State = C.GST_STATE_PLAYING
)

// Cycle says how far a pipeline goes before it is set to NULL and freed.
type Cycle struct {
	Description string // in gst-launch's language
	State       State
	SendEOS     bool
	Await       bool // EOS or an error, which a sink with num-buffers gives after that many frames
}

// Run goes through the cycle. An error of the pipeline is an error if the cycle awaits it.
func (c Cycle) Run(patience time.Duration) error {
	description := C.CString(c.Description)
	defer C.free(unsafe.Pointer(description))
	problem := C.cycle(description, C.GstState(c.State), boolean(c.SendEOS), boolean(c.Await), C.GstClockTime(patience))
	if problem == nil {
		return nil
	}
	defer C.g_free(C.gpointer(problem))
	return errors.New(C.GoString(problem))
}

func boolean(b bool) C.gboolean {
	if b {
		return 1
	}
	return 0
}

// Init begins GStreamer, and End ends it: then the leaks tracer tells what is left.
func Init() { C.gst_init(nil, nil) }

// End ends GStreamer for good.
func End() { C.gst_deinit() }
