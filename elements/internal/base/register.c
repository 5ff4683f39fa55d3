/* Registration, with a plugin file or in a program that links the elements. */
#include "private.h"

static gboolean is_static;

gboolean
gst_livekit_base_src_register (GstPlugin *plugin, const char *name, GType type)
{
  gst_livekit_base_src_watch_forks ();
  return gst_element_register (plugin, name, GST_RANK_PRIMARY, type);
}

gboolean
gst_livekit_base_src_register_static (GstPluginInitFunc registers)
{
  is_static = TRUE;
  return gst_plugin_register_static (GST_VERSION_MAJOR, GST_VERSION_MINOR, "livekit",
      "LiveKit video in GStreamer", registers, "0.1.0", "Apache 2.0", "gst-livekit", "gst-livekit",
      "https://github.com/gst-livekit/gst-livekit");
}

gboolean
gst_livekit_base_src_is_plugin (void)
{
  return !is_static;
}
