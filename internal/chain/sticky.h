/* Sticky events that are held back from downstream together with the caps. */
#ifndef GST_LIVEKIT_STICKY_H
#define GST_LIVEKIT_STICKY_H

#include <gst/gst.h>

/* Whether an event must be held back while the caps are: events that describe the
 * stream must not overtake its caps. EOS is not held back. */
gboolean gst_livekit_waits_with_caps (GstEvent *event);

/* Sends the held-back sticky events of a pad again, in order. Must be called on the
 * streaming thread. */
void gst_livekit_send_sticky (GstPad *pad);

#endif
