/* A GstBin that passes its elements' messages to its chain first. */
#ifndef GST_LIVEKIT_BIN_H
#define GST_LIVEKIT_BIN_H

#include "life.h"

/* Returns a floating reference. */
GstElement *gst_livekit_bin_new (const char *name, GstLivekitLife *life);

#endif
