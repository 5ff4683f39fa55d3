#ifndef GST_LIVEKIT_SIZE_H
#define GST_LIVEKIT_SIZE_H

#include <gst/gst.h>

/* Reads the size of the pictures from a CAPS event. FALSE for any other event, and
 * for caps without a size. */
gboolean gst_livekit_size_from_event (GstEvent *event, gint *width, gint *height);

/* The largest size that `caps` allow, 0 = any. */
void gst_livekit_size_largest (GstCaps *caps, gint *width, gint *height);

#endif
