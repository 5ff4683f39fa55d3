#ifndef GST_LIVEKIT_ALPHA_H
#define GST_LIVEKIT_ALPHA_H

#include <gst/gst.h>

/* Makes A420 that leaves `converter` opaque. No track has an alpha channel, and
 * videoconvert 1.22 fills the one it adds to planar video with 0x80. */
void gst_livekit_make_opaque (GstElement *converter);

#endif
