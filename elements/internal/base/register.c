/* Registration, with a plugin file or in a program that links the element. */
#include "gstlivekitsrc.h"

static gboolean is_static;

gboolean
gst_livekit_src_register (GstPlugin *plugin)
{
  gst_livekit_src_watch_forks ();
  GST_DEBUG_CATEGORY_INIT (gst_livekit_src_debug, "livekitsrc", 0, "LiveKit source");
  return gst_element_register (plugin, "livekitsrc", GST_RANK_PRIMARY, GST_TYPE_LIVEKIT_SRC);
}

gboolean
gst_livekit_src_register_static (void)
{
  is_static = TRUE;
  return gst_plugin_register_static (GST_VERSION_MAJOR, GST_VERSION_MINOR, "livekit",
      "LiveKit video in GStreamer", gst_livekit_src_register, "0.1.0", "Apache 2.0", "gst-livekit",
      "gst-livekit", "https://github.com/gst-livekit/gst-livekit");
}

gboolean
gst_livekit_src_is_plugin (void)
{
  return !is_static;
}
