#ifndef GST_LIVEKIT_DEBUG_H
#define GST_LIVEKIT_DEBUG_H

#include <gst/gst.h>

/* The category "livekitdecode", made by gst_livekit_init(). */
extern GstDebugCategory *gst_livekit_chain_debug;

#endif
