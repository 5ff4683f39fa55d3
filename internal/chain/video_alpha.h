#ifndef GST_LIVEKIT_ALPHA_H
#define GST_LIVEKIT_ALPHA_H

#include <gst/gst.h>

/* Makes all A420 buffers that leave `converter` opaque. LiveKit tracks have no alpha
 * channel, and videoconvert 1.22 fills the alpha plane that it adds with 0x80. */
void gst_livekit_make_opaque (GstElement *converter);

#endif
