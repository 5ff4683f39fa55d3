/* The source pad: what it answers while no chain feeds it. */
#include "private.h"

#include "_cgo_export.h"

static gboolean
has_chain (GstPad *pad)
{
  GstPad *target = gst_ghost_pad_get_target (GST_GHOST_PAD (pad));

  if (target)
    gst_object_unref (target);
  return target != NULL;
}

static void
answer_latency (GstLivekitBaseSrc *self, GstQuery *query)
{
  GstClockTime latency;
  gint chosen;

  GST_OBJECT_LOCK (self);
  chosen = self->priv->settings->latency;
  GST_OBJECT_UNLOCK (self);
  if (chosen >= 0)
    latency = chosen * GST_MSECOND;
  else
    latency = gst_livekit_base_src_is_forked ()
        ? 0
        : livekitBaseRunLatency (gst_livekit_base_src_peek_run (self));
  gst_query_set_latency (query, TRUE, latency, GST_CLOCK_TIME_NONE);
}

/* uridecodebin and its like want what is decoded, and put typefind and another multiqueue
 * behind a pad that could give something else. They have a livekitbin, or one of ours alone. */
static gboolean
is_in_urisourcebin (GstLivekitBaseSrc *self)
{
  GstObject *parent = gst_object_get_parent (GST_OBJECT (self));
  gboolean found = FALSE;

  while (parent && !found) {
    GstElementFactory *factory =
        GST_IS_BIN (parent) ? gst_element_get_factory (GST_ELEMENT (parent)) : NULL;
    GstObject *child = parent;

    found = factory &&
        (g_str_equal (GST_OBJECT_NAME (factory), "urisourcebin") ||
            g_str_equal (GST_OBJECT_NAME (factory), "uridecodebin"));
    parent = gst_object_get_parent (child);
    gst_object_unref (child);
  }
  gst_clear_object (&parent);
  return found;
}

/* multiqueue of GStreamer 1.22 unrefs an ALLOCATION query too often that meets the
 * end of the stream, and decodebin3 has one. */
static GstPadProbeReturn
on_query (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstElement *element;
  gboolean drop;

  if (GST_QUERY_TYPE (GST_PAD_PROBE_INFO_QUERY (info)) != GST_QUERY_ALLOCATION)
    return GST_PAD_PROBE_OK;
  element = gst_pad_get_parent_element (pad);
  drop = element && is_in_urisourcebin (GST_LIVEKIT_BASE_SRC (element));
  gst_clear_object (&element);
  return drop ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

static void
keep_raw (GstQuery *query, const char *name)
{
  GstCaps *caps, *raw = gst_caps_new_empty ();
  guint i;

  gst_query_parse_caps_result (query, &caps);
  for (i = 0; i < gst_caps_get_size (caps); i++) {
    if (gst_structure_has_name (gst_caps_get_structure (caps, i), name))
      gst_caps_append (raw, gst_caps_copy_nth (caps, i));
  }
  gst_query_set_caps_result (query, raw);
  gst_caps_unref (raw);
}

/* The default answer has only what the present chain gives. While downstream may
 * choose, a chain of the other kind can replace it, so the answer has the caps of
 * both: an element that is about to be linked may take only the other kind. */
static gboolean
answer_caps (GstLivekitBaseSrc *self, GstPad *pad, GstQuery *query)
{
  GstCaps *filter, *caps, *others;
  gboolean chosen;

  if (!gst_pad_query_default (pad, GST_OBJECT (self), query))
    return FALSE;
  if (is_in_urisourcebin (self)) {
    keep_raw (query, GST_LIVEKIT_BASE_SRC_GET_CLASS (self)->raw);
    return TRUE;
  }
  GST_OBJECT_LOCK (self);
  chosen = self->priv->settings->format >= 0;
  GST_OBJECT_UNLOCK (self);
  if (chosen || !has_chain (pad))
    return TRUE;

  gst_query_parse_caps (query, &filter);
  gst_query_parse_caps_result (query, &caps);
  others = gst_pad_get_pad_template_caps (pad);
  if (filter) {
    GstCaps *all = others;

    others = gst_caps_intersect_full (filter, all, GST_CAPS_INTERSECT_FIRST);
    gst_caps_unref (all);
  }
  caps = gst_caps_merge (gst_caps_ref (caps), others);
  gst_query_set_caps_result (query, caps);
  gst_caps_unref (caps);
  return TRUE;
}

static gboolean
src_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) == GST_QUERY_LATENCY && !has_chain (pad)) {
    answer_latency (GST_LIVEKIT_BASE_SRC (parent), query);
    return TRUE;
  }
  if (GST_QUERY_TYPE (query) == GST_QUERY_CAPS)
    return answer_caps (GST_LIVEKIT_BASE_SRC (parent), pad, query);
  return gst_pad_query_default (pad, parent, query);
}

/* Before there is a chain there is nothing to renegotiate or to drop: the stream will
 * ask for its caps itself. */
static gboolean
src_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  GstLivekitBaseSrcClass *klass = GST_LIVEKIT_BASE_SRC_GET_CLASS (parent);
  gboolean fine;

  if (has_chain (pad))
    return gst_pad_event_default (pad, parent, event);

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_LATENCY:
    case GST_EVENT_QOS:
    case GST_EVENT_RECONFIGURE:
      fine = TRUE;
      break;
    default:
      fine = klass->is_idle_event && klass->is_idle_event (event);
      break;
  }
  gst_event_unref (event);
  return fine;
}

GstPad *
gst_livekit_base_src_pad_new (GstElementClass *klass)
{
  GstPad *pad = gst_ghost_pad_new_no_target_from_template ("src",
      gst_element_class_get_pad_template (klass, "src"));

  gst_pad_set_query_function (pad, src_query);
  gst_pad_set_event_function (pad, src_event);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM, on_query, NULL, NULL);
  return pad;
}

static gboolean
has_sticky (GstPad *pad, GstEventType type)
{
  GstEvent *event = gst_pad_get_sticky_event (pad, type, 0);

  if (event)
    gst_event_unref (event);
  return event != NULL;
}

void
gst_livekit_base_src_push_eos (gpointer src)
{
  GstPad *pad = GST_LIVEKIT_BASE_SRC (src)->srcpad;
  GstSegment segment;

  if (!has_sticky (pad, GST_EVENT_STREAM_START)) {
    gchar *id = gst_pad_create_stream_id (pad, GST_ELEMENT (src), NULL);
    GstEvent *event = gst_event_new_stream_start (id);

    gst_event_set_group_id (event, gst_util_group_id_next ());
    gst_pad_push_event (pad, event);
    g_free (id);
  }
  if (!has_sticky (pad, GST_EVENT_SEGMENT)) {
    gst_segment_init (&segment, GST_FORMAT_TIME);
    gst_pad_push_event (pad, gst_event_new_segment (&segment));
  }
  gst_pad_push_event (pad, gst_event_new_eos ());
}

gpointer
gst_livekit_base_src_pad (gpointer src)
{
  return GST_LIVEKIT_BASE_SRC (src)->srcpad;
}
