/* What GStreamer is told about the plugin, whether it is a file or linked into a program. */
#ifndef GST_LIVEKIT_PLUGIN_H
#define GST_LIVEKIT_PLUGIN_H

#define GST_LIVEKIT_VERSION "0.1.0"
#define GST_LIVEKIT_DESCRIPTION "LiveKit video and sound in GStreamer"
#define GST_LIVEKIT_LICENSE "Apache 2.0"
#define GST_LIVEKIT_PACKAGE "gst-livekit"
#define GST_LIVEKIT_ORIGIN "https://github.com/gst-livekit/gst-livekit"

#endif
