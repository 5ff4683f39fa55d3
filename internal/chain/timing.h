#ifndef GST_LIVEKIT_TIMING_H
#define GST_LIVEKIT_TIMING_H

#include <gst/gst.h>

/* Turns moments on g_get_monotonic_time()'s clock, in ns, into the running time of
 * an element. With the system clock the distance between the two is constant, so
 * timestamps keep the exact spacing of the access units; with another clock, or
 * after PAUSED, the distance moves in steps of more than a millisecond. */
typedef struct {
  gint64 offset; /* running time minus monotonic time */
  gboolean known;
  GstClockTime floor;   /* no PTS is before it */
  GstClockTime highest; /* PTS given, or GST_CLOCK_TIME_NONE */
  GstClockTime decoded; /* the last DTS given, or GST_CLOCK_TIME_NONE */
} GstLivekitTiming;

/* All will come after this moment, GST_CLOCK_TIME_NONE = none. */
void gst_livekit_timing_reset (GstLivekitTiming *timing, GstClockTime after);

/* The timestamps of a unit that is shown at the moment `due` and decoded at the
 * moment `decode`. PTS have the order of `due`, DTS rise and are not after PTS. FALSE
 * while `element` has no clock, that is before PLAYING. */
gboolean gst_livekit_timing_unit (GstLivekitTiming *timing, GstElement *element, gint64 due,
    gint64 decode, guint64 *pts, guint64 *dts);

/* The running times of a gap, behind all that was shown. */
gboolean gst_livekit_timing_gap (GstLivekitTiming *timing, GstElement *element, gint64 from,
    gint64 to, guint64 *start, guint64 *end);

/* The inverse: when the running time of `element` is `running`, or was, on
 * g_get_monotonic_time()'s clock. A day ahead is the most. FALSE as above. */
gboolean gst_livekit_timing_moment (GstElement *element, guint64 running, gint64 *moment);

#endif
