#include "timing.h"

#define MAX_OFFSET_ERROR (GST_MSECOND)
#define MAX_AHEAD (24 * 3600 * GST_SECOND)

void
gst_livekit_timing_reset (GstLivekitTiming *timing, GstClockTime after)
{
  timing->known = FALSE;
  timing->last = after;
}

static gboolean
running_time (GstElement *element, gint64 *now)
{
  GstClock *clock = gst_element_get_clock (element);

  if (!clock)
    return FALSE;
  *now = GST_CLOCK_DIFF (gst_element_get_base_time (element), gst_clock_get_time (clock));
  gst_object_unref (clock);
  return TRUE;
}

gboolean
gst_livekit_timing_pts (GstLivekitTiming *timing, GstElement *element, gint64 due, guint64 *pts)
{
  gint64 running, monotonic;

  if (!running_time (element, &running))
    return FALSE;
  monotonic = g_get_monotonic_time () * GST_USECOND;
  if (!timing->known || ABS (running - monotonic - timing->offset) > (gint64) MAX_OFFSET_ERROR) {
    timing->offset = running - monotonic;
    timing->known = TRUE;
  }

  /* A unit due before the pipeline started is shown at its start. */
  due = MAX (due + timing->offset, 0);
  if (GST_CLOCK_TIME_IS_VALID (timing->last) && (guint64) due <= timing->last)
    due = timing->last + 1;
  timing->last = *pts = due;
  return TRUE;
}

gboolean
gst_livekit_timing_moment (GstElement *element, guint64 running, gint64 *moment)
{
  gint64 now;

  if (!running_time (element, &now))
    return FALSE;
  running = MIN (running, (guint64) MAX (now, 0) + MAX_AHEAD);
  *moment = MAX (g_get_monotonic_time () * GST_USECOND + (gint64) running - now, 0);
  return TRUE;
}
