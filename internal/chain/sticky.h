/* Events that describe a stream and are kept back from downstream for a while. */
#ifndef GST_LIVEKIT_STICKY_H
#define GST_LIVEKIT_STICKY_H

#include <gst/gst.h>

/* Whether an event has to wait with the caps: what says more of the stream, or is in its
 * order, must not come before them. The end does not wait. */
gboolean gst_livekit_waits_with_caps (GstEvent *event);

/* Sends what a pad keeps of that once more, in its order. Called on the streaming thread. */
void gst_livekit_send_sticky (GstPad *pad);

#endif
