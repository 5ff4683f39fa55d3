#ifndef GST_LIVEKIT_COLOUR_H
#define GST_LIVEKIT_COLOUR_H

#include <gst/gst.h>

/* Completes the colorimetry of raw caps (writable) with BT.601 in video range, at
 * every size; GStreamer would assume BT.709 above 576 rows. WebRTC senders convert
 * with BT.601 (docs/adr/0018), and VP8 has nothing else (RFC 6386 section 9.2). */
void gst_livekit_colour_complete (GstCaps *raw);

#endif
