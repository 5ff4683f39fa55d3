#ifndef GST_LIVEKIT_COLOUR_H
#define GST_LIVEKIT_COLOUR_H

#include <gst/gst.h>

/* Fills in what raw caps leave open of their colorimetry: BT.601 in video range, at
 * every size, where GStreamer would guess BT.709 above 576 rows. WebRTC senders convert
 * with it (docs/adr/0018), and VP8 knows nothing else (RFC 6386 section 9.2). The caps
 * are writable. */
void gst_livekit_colour_complete (GstCaps *raw);

#endif
