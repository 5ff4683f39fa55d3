#include "video_size.h"

gboolean
gst_livekit_size_from_event (GstEvent *event, gint *width, gint *height)
{
  GstStructure *structure;
  GstCaps *caps;

  if (GST_EVENT_TYPE (event) != GST_EVENT_CAPS)
    return FALSE;
  gst_event_parse_caps (event, &caps);
  structure = gst_caps_get_structure (caps, 0);
  return gst_structure_get_int (structure, "width", width) &&
      gst_structure_get_int (structure, "height", height);
}

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

void
gst_livekit_size_largest (GstCaps *caps, gint *width, gint *height)
{
  guint i;

  *width = *height = 0;
  if (gst_caps_is_any (caps))
    return;
  for (i = 0; i < gst_caps_get_size (caps); i++) {
    const GstStructure *structure = gst_caps_get_structure (caps, i);
    gint w = largest (structure, "width"), h = largest (structure, "height");

    *width = i == 0 ? w : wider (*width, w);
    *height = i == 0 ? h : wider (*height, h);
  }
}
