#ifndef GST_LIVEKIT_TIMING_H
#define GST_LIVEKIT_TIMING_H

#include <gst/gst.h>

/* Turns a moment on g_get_monotonic_time()'s clock, in ns, into the running time
 * of an element. With the system clock the distance between the two is constant, so
 * PTS keep the exact spacing of the access units; with another clock, or after
 * PAUSED, the distance moves in steps of more than a millisecond. */
typedef struct {
  gint64 offset; /* running time minus monotonic time */
  gboolean known;
  GstClockTime last; /* the last PTS given, or GST_CLOCK_TIME_NONE */
} GstLivekitTiming;

/* PTS will come after this one, GST_CLOCK_TIME_NONE = none. */
void gst_livekit_timing_reset (GstLivekitTiming *timing, GstClockTime after);

/* FALSE while `element` has no clock, that is before PLAYING. */
gboolean gst_livekit_timing_pts (GstLivekitTiming *timing, GstElement *element, gint64 due,
    guint64 *pts);

/* The inverse: when the running time of `element` is `running`, or was, on
 * g_get_monotonic_time()'s clock. A day ahead is the most. FALSE as above. */
gboolean gst_livekit_timing_moment (GstElement *element, guint64 running, gint64 *moment);

#endif
