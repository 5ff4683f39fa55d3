/* The log. The macros of GStreamer are not for Go. */
#include "private.h"

GstDebugCategory *
gst_livekit_base_src_category (gpointer src)
{
  return GST_LIVEKIT_BASE_SRC_GET_CLASS (src)->category;
}

gboolean
gst_livekit_log_enabled (GstDebugCategory *category, gint level)
{
  return (GstDebugLevel) level <= gst_debug_category_get_threshold (category);
}

void
gst_livekit_log (GstDebugCategory *category, gpointer object, gint level, const char *message)
{
  gst_debug_log (category, level, __FILE__, "run", __LINE__, object, "%s", message);
}
