/* The source pad: what it can give, and what it answers while no chain feeds it. */
#include "gstlivekitsrc.h"

#include "_cgo_export.h"

#include <gst/video/video.h>

static gboolean
has_chain (GstPad *pad)
{
  GstPad *target = gst_ghost_pad_get_target (GST_GHOST_PAD (pad));

  if (target)
    gst_object_unref (target);
  return target != NULL;
}

static void
answer_latency (GstLivekitSrc *self, GstQuery *query)
{
  GstClockTime latency;
  gint chosen;

  GST_OBJECT_LOCK (self);
  chosen = self->settings.latency;
  GST_OBJECT_UNLOCK (self);
  if (chosen >= 0)
    latency = chosen * GST_MSECOND;
  else
    latency =
        gst_livekit_src_is_forked () ? 0 : livekitSrcRunLatency (gst_livekit_src_peek_run (self));
  gst_query_set_latency (query, TRUE, latency, GST_CLOCK_TIME_NONE);
}

/* uridecodebin and its like want pictures, and put typefind and another multiqueue
 * behind a pad that could give something else. */
static gboolean
is_in_urisourcebin (GstLivekitSrc *self)
{
  GstObject *parent = gst_object_get_parent (GST_OBJECT (self));
  GstElementFactory *factory =
      GST_IS_BIN (parent) ? gst_element_get_factory (GST_ELEMENT (parent)) : NULL;
  gboolean found = factory &&
      (g_str_equal (GST_OBJECT_NAME (factory), "urisourcebin") ||
          g_str_equal (GST_OBJECT_NAME (factory), "uridecodebin"));

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
  drop = element && is_in_urisourcebin (GST_LIVEKIT_SRC (element));
  gst_clear_object (&element);
  return drop ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

static void
keep_raw (GstQuery *query)
{
  GstCaps *caps, *raw = gst_caps_new_empty ();
  guint i;

  gst_query_parse_caps_result (query, &caps);
  for (i = 0; i < gst_caps_get_size (caps); i++) {
    if (gst_structure_has_name (gst_caps_get_structure (caps, i), "video/x-raw"))
      gst_caps_append (raw, gst_caps_copy_nth (caps, i));
  }
  gst_query_set_caps_result (query, raw);
  gst_caps_unref (raw);
}

/* The default answer has only what the present chain gives. While downstream may
 * choose, a chain of the other kind can replace it, so the answer has the caps of
 * both: an element that is about to be linked may take only the other kind. */
static gboolean
answer_caps (GstLivekitSrc *self, GstPad *pad, GstQuery *query)
{
  GstCaps *filter, *caps, *others;
  gboolean chosen;

  if (!gst_pad_query_default (pad, GST_OBJECT (self), query))
    return FALSE;
  if (is_in_urisourcebin (self)) {
    keep_raw (query);
    return TRUE;
  }
  GST_OBJECT_LOCK (self);
  chosen = self->settings.format >= 0;
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
    answer_latency (GST_LIVEKIT_SRC (parent), query);
    return TRUE;
  }
  if (GST_QUERY_TYPE (query) == GST_QUERY_CAPS)
    return answer_caps (GST_LIVEKIT_SRC (parent), pad, query);
  return gst_pad_query_default (pad, parent, query);
}

/* Before the first picture there is nothing to renegotiate, to drop or to ask
 * for: the stream will start with a key frame and ask for its caps itself. */
static gboolean
src_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
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
      fine = gst_video_event_is_force_key_unit (event);
      break;
  }
  gst_event_unref (event);
  return fine;
}

void
gst_livekit_src_add_pad_template (GstElementClass *klass)
{
  char *text = livekitSrcTemplateCaps ();
  GstCaps *caps = text ? gst_caps_from_string (text) : gst_caps_new_any ();

  gst_element_class_add_pad_template (klass,
      gst_pad_template_new ("src", GST_PAD_SRC, GST_PAD_ALWAYS, caps));
  gst_caps_unref (caps);
  free (text);
}

GstPad *
gst_livekit_src_pad_new (GstElementClass *klass)
{
  GstPad *pad = gst_ghost_pad_new_no_target_from_template ("src",
      gst_element_class_get_pad_template (klass, "src"));

  gst_pad_set_query_function (pad, src_query);
  gst_pad_set_event_function (pad, src_event);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM, on_query, NULL, NULL);
  return pad;
}
