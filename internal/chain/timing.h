#ifndef GST_LIVEKIT_TIMING_H
#define GST_LIVEKIT_TIMING_H

#include <gst/gst.h>

/* Converts moments on g_get_monotonic_time()'s clock, in ns, to the running time of
 * an element. With the system clock their difference is constant, so timestamps keep
 * the exact distances of the access units. With another clock, or after PAUSED, the
 * difference changes only in steps of more than a millisecond. */
typedef struct {
  gint64 offset; /* running time minus monotonic time */
  gboolean known;
  GstClockTime floor;   /* no PTS is before this */
  GstClockTime highest; /* the highest PTS so far, or GST_CLOCK_TIME_NONE */
  GstClockTime decoded; /* the last DTS, or GST_CLOCK_TIME_NONE */
} GstLivekitTiming;

/* All timestamps will be after this moment, GST_CLOCK_TIME_NONE = none. */
void gst_livekit_timing_reset (GstLivekitTiming *timing, GstClockTime after);

/* Computes the timestamps of a unit that is shown at the moment `due` and decoded at
 * the moment `decode`. The order of PTS follows `due`; DTS increase and are not after
 * their PTS. FALSE while `element` has no clock, that is before PLAYING. */
gboolean gst_livekit_timing_unit (GstLivekitTiming *timing, GstElement *element, gint64 due,
    gint64 decode, guint64 *pts, guint64 *dts);

/* Computes the running times of a gap, after everything that was shown. */
gboolean gst_livekit_timing_gap (GstLivekitTiming *timing, GstElement *element, gint64 from,
    gint64 to, guint64 *start, guint64 *end);

/* Running time of `element` minus monotonic time, in ns, to about 0.2 ms;
 * GST_CLOCK_STIME_NONE without a clock. */
gint64 gst_livekit_timing_offset (GstElement *element);

/* The inverse: the moment on g_get_monotonic_time()'s clock at which `element` has
 * the running time `running`, at most a day ahead. FALSE as above. */
gboolean gst_livekit_timing_moment (GstElement *element, guint64 running, gint64 *moment);

#endif
