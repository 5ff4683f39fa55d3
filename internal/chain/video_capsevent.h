#ifndef GST_LIVEKIT_CAPS_EVENT_H
#define GST_LIVEKIT_CAPS_EVENT_H

#include <gst/gst.h>

typedef void (*GstLivekitCapsEdit) (GstCaps *caps);

/* Has caps that leave `element` (borrowed) say no frame rate, and changes in them what
 * `edit` does, which may be NULL.
 *
 * Some streams tell a frame rate and others do not, a parser finds one in some, and
 * muxers take no other rate in mid-stream: it stays unknown for all. */
void gst_livekit_caps_event_edit (GstElement *element, GstLivekitCapsEdit edit);

#endif
