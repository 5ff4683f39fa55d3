#include "pipeline.h"

#include <gst/app/gstappsink.h>
#include <gst/video/video.h>

#define CLOSING "test-pipeline-closing"

static GstElement *
parse (const gchar *description, GError **error)
{
  GstElement *bin = gst_parse_bin_from_description_full (description, FALSE, NULL,
      GST_PARSE_FLAG_FATAL_ERRORS | GST_PARSE_FLAG_PLACE_IN_BIN, error);
  GstPad *sink;

  if (!bin)
    return NULL;
  sink = gst_bin_find_unlinked_pad (GST_BIN (bin), GST_PAD_SINK);
  if (!sink) {
    gst_object_unref (gst_object_ref_sink (bin));
    g_set_error (error, GST_PARSE_ERROR, GST_PARSE_ERROR_LINK, "all sink pads are linked");
    return NULL;
  }
  gst_element_add_pad (bin, gst_ghost_pad_new ("sink", sink));
  gst_object_unref (sink);
  gst_object_set_name (GST_OBJECT (bin), "downstream");
  return bin;
}

static void
on_added (GstBin *pipeline, GstBin *bin, GstElement *element, GstLivekitTestPipeline *self)
{
  g_async_queue_push (self->added, gst_object_get_name (GST_OBJECT (element)));
  if (g_strcmp0 (GST_OBJECT_NAME (element), self->to_set[0]) == 0)
    gst_util_set_object_arg (G_OBJECT (element), self->to_set[1], self->to_set[2]);
}

/* Makes the bin live before it has anything else in it: the pipeline plays without
 * waiting for data. It gives none, and is linked to nothing. */
static void
add_live_source (GstBin *bin)
{
  GstElement *source = gst_element_factory_make ("appsrc", "live");

  g_object_set (source, "is-live", TRUE, NULL);
  gst_bin_add (bin, source);
}

static GstPadProbeReturn
on_query (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  if (GST_QUERY_TYPE (GST_PAD_PROBE_INFO_QUERY (info)) == GST_QUERY_CAPS)
    g_atomic_int_inc (&((GstLivekitTestPipeline *) data)->caps_queries);
  return GST_PAD_PROBE_OK;
}

/* The element under test may answer for more caps than what its pad has at the
 * moment; the bin here does not. */
static void
link_downstream (GstLivekitTestPipeline *self)
{
  GstPad *sink = gst_element_get_static_pad (self->downstream, "sink");
  gboolean linked;

  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM | GST_PAD_PROBE_TYPE_PUSH, on_query,
      self, NULL);
  gst_object_unref (sink);
  linked = gst_element_link_pads_full (self->source, "src", self->downstream, "sink",
      GST_PAD_LINK_CHECK_NOTHING);
  g_assert (linked);
}

GstLivekitTestPipeline *
gst_livekit_test_pipeline_new (const gchar *downstream, GError **error)
{
  GstLivekitTestPipeline *self;
  GstElement *bin;

  if (!gst_init_check (NULL, NULL, error) || !(bin = parse (downstream, error)))
    return NULL;
  self = g_new0 (GstLivekitTestPipeline, 1);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  g_object_set (self->pipeline, "auto-flush-bus", FALSE, NULL); /* _close_bus() comes last */
  self->source = gst_bin_new ("source");
  self->ghost = gst_ghost_pad_new_no_target ("src", GST_PAD_SRC);
  self->downstream = bin;
  gst_element_add_pad (self->source, self->ghost);
  self->added = g_async_queue_new_full (g_free);
  g_signal_connect (self->pipeline, "deep-element-added", G_CALLBACK (on_added), self);
  gst_bin_set_suppressed_flags (GST_BIN (self->source),
      GST_ELEMENT_FLAG_SOURCE | GST_ELEMENT_FLAG_SINK);
  GST_OBJECT_FLAG_SET (self->source, GST_ELEMENT_FLAG_SOURCE);
  add_live_source (GST_BIN (self->source));
  gst_bin_add_many (GST_BIN (self->pipeline), self->source, bin, NULL);
  link_downstream (self);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
  return self;
}

void
gst_livekit_test_pipeline_stop_downstream (GstLivekitTestPipeline *self)
{
  gst_element_set_state (self->downstream, GST_STATE_NULL);
}

void
gst_livekit_test_pipeline_stop (GstLivekitTestPipeline *self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
}

void
gst_livekit_test_pipeline_free (GstLivekitTestPipeline *self)
{
  guint i;

  gst_object_unref (self->pipeline);
  g_async_queue_unref (self->added);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  for (i = 0; i < G_N_ELEMENTS (self->to_set); i++)
    g_free (self->to_set[i]);
  g_free (self);
}

typedef struct {
  GstLivekitTestPipeline *pipeline;
  GstElement *next;
  GMutex lock;
  GCond changed;
  gboolean started, done;
} Replacement;

static GstPadProbeReturn
on_idle (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Replacement *r = data;
  GstLivekitTestPipeline *self = r->pipeline;

  g_mutex_lock (&r->lock);
  if (r->started) {
    g_mutex_unlock (&r->lock);
    return GST_PAD_PROBE_OK;
  }
  r->started = TRUE;
  g_mutex_unlock (&r->lock);

  gst_element_unlink (self->source, self->downstream);
  gst_element_set_locked_state (self->downstream, TRUE);
  gst_element_set_state (self->downstream, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (self->pipeline), self->downstream);
  self->downstream = r->next;
  gst_bin_add (GST_BIN (self->pipeline), r->next);
  link_downstream (self);
  gst_element_sync_state_with_parent (r->next);

  g_mutex_lock (&r->lock);
  r->done = TRUE;
  g_cond_signal (&r->changed);
  g_mutex_unlock (&r->lock);
  return GST_PAD_PROBE_REMOVE;
}

gboolean
gst_livekit_test_pipeline_replace (GstLivekitTestPipeline *self, const gchar *downstream,
    gboolean in_flight, GError **error)
{
  Replacement r = { .pipeline = self, .next = parse (downstream, error) };

  if (!r.next)
    return FALSE;
  g_mutex_init (&r.lock);
  g_cond_init (&r.changed);
  gst_pad_add_probe (self->ghost,
      in_flight ? GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_BUFFER : GST_PAD_PROBE_TYPE_IDLE,
      on_idle, &r, NULL);
  g_mutex_lock (&r.lock);
  while (!r.done)
    g_cond_wait (&r.changed, &r.lock);
  g_mutex_unlock (&r.lock);
  g_mutex_clear (&r.lock);
  g_cond_clear (&r.changed);
  return TRUE;
}

void
gst_livekit_test_pipeline_pop (GstLivekitTestPipeline *self, GstLivekitTestMessage *out)
{
  GstBus *bus = gst_element_get_bus (self->pipeline);
  GstMessage *message = gst_bus_timed_pop (bus, GST_CLOCK_TIME_NONE);
  GError *error = NULL;

  gst_object_unref (bus);
  *out = (GstLivekitTestMessage) { .type = GST_MESSAGE_TYPE_NAME (message) };
  out->closing = gst_message_has_name (message, CLOSING);
  if (GST_MESSAGE_SRC (message))
    out->source = gst_object_get_path_string (GST_MESSAGE_SRC (message));
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, &out->debug);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING)
    gst_message_parse_warning (message, &error, &out->debug);
  if (error)
    out->text = g_strdup (error->message);
  g_clear_error (&error);
  gst_message_unref (message);
}

void
gst_livekit_test_message_clear (GstLivekitTestMessage *message)
{
  g_free (message->source);
  g_free (message->text);
  g_free (message->debug);
}

void
gst_livekit_test_pipeline_close_bus (GstLivekitTestPipeline *self)
{
  GstBus *bus = gst_element_get_bus (self->pipeline);

  gst_bus_post (bus, gst_message_new_application (NULL, gst_structure_new_empty (CLOSING)));
  gst_object_unref (bus);
}

gboolean
gst_livekit_test_pipeline_pull (GstLivekitTestPipeline *self, guint64 timeout,
    GstLivekitTestBuffer *out, gboolean *eos)
{
  GstElement *sink = gst_bin_get_by_name (GST_BIN (self->pipeline), "sink");
  GstSample *sample;
  GstBuffer *buffer;

  *eos = FALSE;
  if (!sink)
    return FALSE; /* it is being replaced */
  sample = gst_app_sink_try_pull_sample (GST_APP_SINK (sink), timeout);
  *eos = !sample && gst_app_sink_is_eos (GST_APP_SINK (sink));
  gst_object_unref (sink);
  if (!sample)
    return FALSE;
  buffer = gst_sample_get_buffer (sample);
  *out = (GstLivekitTestBuffer) { .sample = sample };
  out->caps = gst_caps_to_string (gst_sample_get_caps (sample));
  out->pts = GST_BUFFER_PTS (buffer);
  out->dts = GST_BUFFER_DTS (buffer);
  out->flags = GST_BUFFER_FLAGS (buffer);
  gst_buffer_map (buffer, &out->map, GST_MAP_READ);
  return TRUE;
}

void
gst_livekit_test_buffer_clear (GstLivekitTestBuffer *buffer)
{
  gst_buffer_unmap (gst_sample_get_buffer (buffer->sample), &buffer->map);
  gst_sample_unref (buffer->sample);
  g_free (buffer->caps);
}

gboolean
gst_livekit_test_pipeline_set (GstLivekitTestPipeline *self, const gchar *name,
    const gchar *property, const gchar *value)
{
  GstElement *element = gst_bin_get_by_name (GST_BIN (self->pipeline), name);

  if (!element)
    return FALSE;
  gst_util_set_object_arg (G_OBJECT (element), property, value);
  gst_object_unref (element);
  return TRUE;
}

void
gst_livekit_test_pipeline_set_when_added (GstLivekitTestPipeline *self, const gchar *element,
    const gchar *property, const gchar *value)
{
  const gchar *to_set[] = { element, property, value };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (to_set); i++) {
    g_free (self->to_set[i]);
    self->to_set[i] = g_strdup (to_set[i]);
  }
}

gchar *
gst_livekit_test_pipeline_get (GstLivekitTestPipeline *self, const gchar *name,
    const gchar *property)
{
  GstElement *element = gst_bin_get_by_name (GST_BIN (self->pipeline), name);
  GValue value = G_VALUE_INIT;
  gchar *text;

  if (!element)
    return NULL;
  g_object_get_property (G_OBJECT (element), property, &value);
  text = gst_value_serialize (&value);
  g_value_unset (&value);
  gst_object_unref (element);
  return text;
}

gboolean
gst_livekit_test_pipeline_force_key_unit (GstLivekitTestPipeline *self, GstClockTime at)
{
  return gst_pad_send_event (self->ghost,
      gst_video_event_new_upstream_force_key_unit (at, TRUE, 0));
}

GstClockTime
gst_livekit_test_pipeline_running_time (GstLivekitTestPipeline *self)
{
  return gst_element_get_current_running_time (self->pipeline);
}

GstClockTime
gst_livekit_test_pipeline_latency (GstLivekitTestPipeline *self)
{
  GstQuery *query = gst_query_new_latency ();
  GstClockTime latency = GST_CLOCK_TIME_NONE;

  if (gst_pad_query (self->ghost, query))
    gst_query_parse_latency (query, NULL, &latency, NULL);
  gst_query_unref (query);
  return latency;
}

void
gst_livekit_test_pipeline_recalculate_latency (GstLivekitTestPipeline *self)
{
  gst_bin_recalculate_latency (GST_BIN (self->pipeline));
}

static GstBusSyncReply
hold (GstBus *bus, GstMessage *message, gpointer data)
{
  GstLivekitTestPipeline *self = data;

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_LATENCY)
    return GST_BUS_PASS;
  g_mutex_lock (&self->lock);
  self->held = TRUE;
  g_cond_broadcast (&self->changed);
  while (!self->released)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
  return GST_BUS_PASS;
}

void
gst_livekit_test_pipeline_hold_latency (GstLivekitTestPipeline *self)
{
  GstBus *bus = gst_element_get_bus (self->pipeline);

  gst_bus_set_sync_handler (bus, hold, self, NULL);
  gst_object_unref (bus);
}

void
gst_livekit_test_pipeline_await_held (GstLivekitTestPipeline *self)
{
  g_mutex_lock (&self->lock);
  while (!self->held)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
}

void
gst_livekit_test_pipeline_release_latency (GstLivekitTestPipeline *self)
{
  g_mutex_lock (&self->lock);
  self->released = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

static void
describe (const GValue *item, gpointer data)
{
  GstElement *element = g_value_get_object (item);

  if (!GST_IS_BIN (element))
    g_string_append_printf (data, "%s %s %s\n", GST_OBJECT_NAME (gst_element_get_factory (element)),
        GST_OBJECT_NAME (element),
        gst_element_class_get_metadata (GST_ELEMENT_GET_CLASS (element), "klass"));
}

gchar *
gst_livekit_test_pipeline_elements (GstLivekitTestPipeline *self)
{
  GString *text = g_string_new (NULL);
  GstIterator *all = gst_bin_iterate_recurse (GST_BIN (self->pipeline));

  gst_iterator_foreach (all, describe, text);
  gst_iterator_free (all);
  return g_string_free (text, FALSE);
}

gchar *
gst_livekit_test_pipeline_added (GstLivekitTestPipeline *self)
{
  return g_async_queue_try_pop (self->added);
}
