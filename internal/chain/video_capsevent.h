#ifndef GST_LIVEKIT_CAPS_EVENT_H
#define GST_LIVEKIT_CAPS_EVENT_H

#include <gst/gst.h>

typedef void (*GstLivekitCapsEdit) (GstCaps *caps);

/* Removes the frame rate from the caps that leave `element` (borrowed), and applies
 * `edit`, which may be NULL, to them.
 *
 * A parser finds a frame rate in some streams only, and muxers do not accept a change
 * of it: so it is left unknown for all streams. */
void gst_livekit_caps_event_edit (GstElement *element, GstLivekitCapsEdit edit);

#endif
