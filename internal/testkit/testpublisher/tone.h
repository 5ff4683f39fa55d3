/* Draws bursts of a tone into silence, at the whole seconds of the wall clock. */
#ifndef GST_LIVEKIT_TEST_TONE_H
#define GST_LIVEKIT_TEST_TONE_H

#include <gst/gst.h>

G_BEGIN_DECLS

/* Overwrites what passes a pad of S16 in one channel: 100 ms of 1 kHz from each
 * whole second of the Unix time on, and silence in between. */
void gst_livekit_test_tone_attach (GstPad *pad);

/* The Unix time in nanoseconds at which the running time of a playing element was
 * 0; GST_CLOCK_TIME_NONE while it has no clock. */
GstClockTime gst_livekit_test_tone_beginning (GstElement *element);

G_END_DECLS

#endif
