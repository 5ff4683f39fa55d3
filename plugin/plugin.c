#include "../elements/internal/base/plugin.h"

#include <gst/gst.h>

#define PACKAGE GST_LIVEKIT_PACKAGE

gboolean gst_livekit_src_register (GstPlugin *plugin);
gboolean gst_livekit_audio_src_register (GstPlugin *plugin);
gboolean gst_livekit_bin_register (GstPlugin *plugin);
gboolean gst_livekit_device_provider_register (GstPlugin *plugin);

static gboolean
plugin_init (GstPlugin *plugin)
{
  return gst_livekit_src_register (plugin) && gst_livekit_audio_src_register (plugin) &&
      gst_livekit_bin_register (plugin) && gst_livekit_device_provider_register (plugin);
}

/* The oldest GStreamer that has all that is used here, not the one whose headers this
 * is compiled with: GStreamer does not load a plugin for a newer version than its own. */
GST_PLUGIN_DEFINE (1, 20, livekit, GST_LIVEKIT_DESCRIPTION, plugin_init, GST_LIVEKIT_VERSION,
    GST_LIVEKIT_LICENSE, PACKAGE, GST_LIVEKIT_ORIGIN)
