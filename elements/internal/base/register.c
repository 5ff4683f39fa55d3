/* Registration, with a plugin file or in a program that links the elements. */
#include "plugin.h"
#include "private.h"

gboolean
gst_livekit_base_src_register (GstPlugin *plugin, const char *name, GType type)
{
  gst_livekit_base_src_watch_forks ();
  return gst_element_register (plugin, name, GST_RANK_PRIMARY, type);
}

gboolean
gst_livekit_base_src_register_static (GstPluginInitFunc registers)
{
  return gst_plugin_register_static (GST_VERSION_MAJOR, GST_VERSION_MINOR, "livekit",
      GST_LIVEKIT_DESCRIPTION, registers, GST_LIVEKIT_VERSION, GST_LIVEKIT_LICENSE,
      GST_LIVEKIT_PACKAGE, GST_LIVEKIT_PACKAGE, GST_LIVEKIT_ORIGIN);
}
