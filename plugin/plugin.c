#include "../elements/internal/base/plugin.h"

#include <gst/gst.h>

#define PACKAGE GST_LIVEKIT_PACKAGE

gboolean gst_livekit_src_register (GstPlugin *plugin);
gboolean gst_livekit_audio_src_register (GstPlugin *plugin);
gboolean gst_livekit_bin_register (GstPlugin *plugin);

static gboolean
plugin_init (GstPlugin *plugin)
{
  return gst_livekit_src_register (plugin) && gst_livekit_audio_src_register (plugin) &&
      gst_livekit_bin_register (plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, livekit, GST_LIVEKIT_DESCRIPTION,
    plugin_init, GST_LIVEKIT_VERSION, GST_LIVEKIT_LICENSE, PACKAGE, GST_LIVEKIT_ORIGIN)
