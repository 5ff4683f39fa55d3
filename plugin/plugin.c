#include <gst/gst.h>

#define PACKAGE "gst-livekit"

gboolean gst_livekit_src_register (GstPlugin *plugin);

static gboolean
plugin_init (GstPlugin *plugin)
{
  return gst_livekit_src_register (plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, livekit, "LiveKit video in GStreamer",
    plugin_init, "0.1.0", "Apache 2.0", PACKAGE, "https://github.com/gst-livekit/gst-livekit")
