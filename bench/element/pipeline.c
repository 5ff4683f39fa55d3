#include "pipeline.h"

gint32 bench_pipeline_frames;

static GstPadProbeReturn
on_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  g_atomic_int_inc (&bench_pipeline_frames);
  return GST_PAD_PROBE_OK;
}

GstElement *
bench_pipeline_start (const char *description, GError **error)
{
  GstElement *pipeline =
      gst_parse_launch_full (description, NULL, GST_PARSE_FLAG_FATAL_ERRORS, error);
  GstElement *end;
  GstPad *pad;

  if (!pipeline)
    return NULL;
  gst_object_ref_sink (pipeline);
  end = gst_bin_get_by_name (GST_BIN (pipeline), "end");
  pad = gst_element_get_static_pad (end, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, NULL, NULL);
  gst_object_unref (pad);
  gst_object_unref (end);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  return pipeline;
}

void
bench_pipeline_stop (GstElement *pipeline)
{
  gst_element_set_state (pipeline, GST_STATE_NULL);
  gst_object_unref (pipeline);
}
