#include "timing.h"

#define MAX_OFFSET_ERROR (GST_MSECOND)
/* A larger step back of the running time would change the order of pictures. */
#define MAX_STEP_BACK (5 * GST_MSECOND)
#define MAX_AHEAD (24 * 3600 * GST_SECOND)

void
gst_livekit_timing_reset (GstLivekitTiming *timing, GstClockTime after)
{
  timing->known = FALSE;
  timing->floor = GST_CLOCK_TIME_IS_VALID (after) ? after + 1 : 0;
  timing->highest = timing->decoded = after;
}

static GstClockTimeDiff
running_time (GstElement *element)
{
  GstClock *clock = gst_element_get_clock (element);
  GstClockTimeDiff now;

  if (!clock)
    return GST_CLOCK_STIME_NONE;
  now = GST_CLOCK_DIFF (gst_element_get_base_time (element), gst_clock_get_time (clock));
  gst_object_unref (clock);
  return now;
}

gint64
gst_livekit_timing_offset (GstElement *element)
{
  gint64 before, after, running;
  guint tries = 5; /* this thread may be interrupted between the two clocks */

  do {
    before = g_get_monotonic_time ();
    running = running_time (element);
    after = g_get_monotonic_time ();
  } while (after - before > 200 && --tries);
  return GST_CLOCK_STIME_IS_VALID (running) ? running - (before + after) / 2 * GST_USECOND
                                            : running;
}

static gboolean
update_offset (GstLivekitTiming *timing, GstElement *element)
{
  gint64 running, offset;

  running = running_time (element);
  if (!GST_CLOCK_STIME_IS_VALID (running))
    return FALSE;
  offset = running - g_get_monotonic_time () * GST_USECOND;
  if (timing->known && ABS (offset - timing->offset) <= (gint64) MAX_OFFSET_ERROR)
    return TRUE;
  /* The next pictures would be shown before the last ones. */
  if (timing->known && timing->offset - offset > (gint64) MAX_STEP_BACK &&
      GST_CLOCK_TIME_IS_VALID (timing->highest))
    timing->floor = timing->highest + 1;
  timing->offset = offset;
  timing->known = TRUE;
  return TRUE;
}

/* No PTS is before the floor, such as the pipeline's start, and no two are the same. */
static guint64
place (GstLivekitTiming *timing, gint64 moment)
{
  gint64 running = moment + timing->offset;

  if (running >= 0 && (guint64) running >= timing->floor)
    return running;
  return timing->floor++;
}

gboolean
gst_livekit_timing_unit (GstLivekitTiming *timing, GstElement *element, gint64 due, gint64 decode,
    guint64 *pts, guint64 *dts)
{
  if (!update_offset (timing, element))
    return FALSE;
  *pts = place (timing, due);
  if (!GST_CLOCK_TIME_IS_VALID (timing->highest) || *pts > timing->highest)
    timing->highest = *pts;

  *dts = MIN ((guint64) MAX (decode + timing->offset, 0), *pts);
  if (GST_CLOCK_TIME_IS_VALID (timing->decoded) && *dts <= timing->decoded)
    *dts = timing->decoded + 1;
  timing->decoded = *dts;
  return TRUE;
}

gboolean
gst_livekit_timing_gap (GstLivekitTiming *timing, GstElement *element, gint64 from, gint64 to,
    guint64 *start, guint64 *end)
{
  if (!update_offset (timing, element))
    return FALSE;
  if (GST_CLOCK_TIME_IS_VALID (timing->highest))
    timing->floor = MAX (timing->floor, timing->highest + 1);
  *start = place (timing, from);
  timing->floor = MAX (timing->floor, *start + 1);
  *end = place (timing, to);
  timing->floor = timing->highest = *end;
  timing->floor++;
  return TRUE;
}

gboolean
gst_livekit_timing_moment (GstElement *element, guint64 running, gint64 *moment)
{
  gint64 now;

  now = running_time (element);
  if (!GST_CLOCK_STIME_IS_VALID (now))
    return FALSE;
  running = MIN (running, (guint64) MAX (now, 0) + MAX_AHEAD);
  *moment = MAX (g_get_monotonic_time () * GST_USECOND + (gint64) running - now, 0);
  return TRUE;
}
