#ifndef GST_LIVEKIT_CAPS_EVENT_H
#define GST_LIVEKIT_CAPS_EVENT_H

#include <gst/gst.h>

/* If a probe has a caps event, puts one in its place whose caps have no frame rate, and
 * what `edit`, which may be NULL, changes in them.
 *
 * Some streams tell a frame rate and others do not, a parser finds one in some, and
 * muxers take no other rate in mid-stream: it stays unknown for all. */
void gst_livekit_caps_event_replace (GstPadProbeInfo *info, void (*edit) (GstCaps *caps));

#endif
