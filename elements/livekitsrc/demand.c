/* What the rest of the pipeline wants: whether it takes anything now, and how large
 * the picture has to be. */
#include "gstlivekitsrc.h"

#include "_cgo_export.h"

#define GST_CAT_DEFAULT gst_livekit_src_debug

/* The largest value that a field of `structure` allows, 0 = any. */
static gint
largest (const GstStructure *structure, const char *field)
{
  const GValue *value = gst_structure_get_value (structure, field);
  gint most = 0;
  guint i;

  if (!value)
    return 0;
  if (G_VALUE_HOLDS_INT (value))
    return g_value_get_int (value);
  if (GST_VALUE_HOLDS_INT_RANGE (value))
    most = gst_value_get_int_range_max (value);
  if (GST_VALUE_HOLDS_LIST (value)) {
    for (i = 0; i < gst_value_list_get_size (value); i++) {
      const GValue *item = gst_value_list_get_value (value, i);

      if (!G_VALUE_HOLDS_INT (item))
        return 0;
      most = MAX (most, g_value_get_int (item));
    }
  }
  return most == G_MAXINT ? 0 : most;
}

static gint
wider (gint a, gint b)
{
  return a == 0 || b == 0 ? 0 : MAX (a, b);
}

static void
size_of (const GstCaps *caps, gint *width, gint *height)
{
  guint i;

  for (i = 0; i < gst_caps_get_size (caps); i++) {
    const GstStructure *structure = gst_caps_get_structure (caps, i);
    gint w = largest (structure, "width"), h = largest (structure, "height");

    *width = i == 0 ? w : wider (*width, w);
    *height = i == 0 ? h : wider (*height, h);
  }
}

gboolean
gst_livekit_src_is_wanted (gpointer src)
{
  GstPad *pad = GST_LIVEKIT_SRC (src)->srcpad;

  return gst_pad_is_linked (pad) && !gst_pad_is_blocked (pad);
}

void
gst_livekit_src_wanted_size (gpointer src, gint *width, gint *height)
{
  GstPad *pad = GST_LIVEKIT_SRC (src)->srcpad;
  GstCaps *template = gst_pad_get_pad_template_caps (pad);
  GstCaps *caps = gst_pad_peer_query_caps (pad, template);

  *width = *height = 0;
  if (!gst_caps_is_any (caps))
    size_of (caps, width, height);
  GST_DEBUG_OBJECT (src, "size %dx%d is wanted by %" GST_PTR_FORMAT, *width, *height, caps);
  gst_caps_unref (caps);
  gst_caps_unref (template);
}

static void
changed (GstPad *pad)
{
  GstLivekitSrc *self = GST_LIVEKIT_SRC (gst_pad_get_parent_element (pad));
  uintptr_t run;

  if (!self)
    return;
  run = gst_livekit_src_peek_run (self);
  if (run)
    livekitSrcRunDemandChanged (run);
  gst_object_unref (self);
}

static void
on_link (GstPad *pad, GstPad *peer, gpointer data)
{
  changed (pad);
}

static GstPadProbeReturn
on_reconfigure (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_RECONFIGURE)
    changed (pad);
  return GST_PAD_PROBE_OK;
}

/* A pad that nobody is linked to takes everything, instead of ending the stream. */
static GstPadProbeReturn
on_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  return gst_pad_is_linked (pad) ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

void
gst_livekit_src_watch_demand (GstPad *pad)
{
  g_signal_connect (pad, "linked", G_CALLBACK (on_link), NULL);
  g_signal_connect (pad, "unlinked", G_CALLBACK (on_link), NULL);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_reconfigure, NULL, NULL);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_buffer,
      NULL, NULL);
}
