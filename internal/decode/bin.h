/* A GstBin that shows its elements' messages to its owner first. */
#ifndef GST_LIVEKIT_BIN_H
#define GST_LIVEKIT_BIN_H

#include <gst/gst.h>

/* Called from whatever thread posts. Returns TRUE to keep the message from going
 * on; it is borrowed in any case. */
typedef gboolean (*GstLivekitTakeMessage) (GstMessage *message, gpointer data);

/* Makes one, floating. `data` must outlive what is in it. */
GstElement *gst_livekit_bin_new (const char *name, GstLivekitTakeMessage take, gpointer data);

#endif
