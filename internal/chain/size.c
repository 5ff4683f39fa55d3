#include "size.h"

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
