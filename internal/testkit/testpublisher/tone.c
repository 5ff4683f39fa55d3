#include "tone.h"

#include <math.h>

#define RATE 48000
#define BURST (RATE / 10) /* samples */
#define FREQUENCY 1000
#define AMPLITUDE 16384

/* Two clocks are read one after the other, and a busy machine may do something
 * else in between: the quickest of some attempts is taken. */
GstClockTime
gst_livekit_test_tone_beginning (GstElement *element)
{
  GstClockTime beginning = GST_CLOCK_TIME_NONE;
  GstClockTime quickest = GST_CLOCK_TIME_NONE;
  gint attempts;

  for (attempts = 0; attempts < 10 && quickest > 20 * GST_USECOND; attempts++) {
    GstClockTime before = gst_element_get_current_running_time (element);
    GstClockTime now = (GstClockTime) g_get_real_time () * GST_USECOND;
    GstClockTime after = gst_element_get_current_running_time (element);

    if (!GST_CLOCK_TIME_IS_VALID (before) || !GST_CLOCK_TIME_IS_VALID (after))
      return GST_CLOCK_TIME_NONE;
    if (after - before < quickest) {
      quickest = after - before;
      beginning = now - before;
    }
  }
  return beginning;
}

typedef struct {
  GstClockTime beginning;
} Tone;

/* The sample that is due so many samples after a whole second. */
static gint16
sample (guint64 position)
{
  if (position >= BURST)
    return 0;
  return AMPLITUDE * sin (2 * G_PI * FREQUENCY * position / RATE);
}

static GstPadProbeReturn
on_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Tone *tone = data;
  GstBuffer *buffer = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));
  GstElement *element = gst_pad_get_parent_element (pad);
  GstMapInfo map;
  guint64 position;
  gint16 *samples;
  gsize i;

  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  /* Once, so that no burst has a jump in it. */
  if (tone->beginning == GST_CLOCK_TIME_NONE && element)
    tone->beginning = gst_livekit_test_tone_beginning (element);
  gst_clear_object (&element);
  if (tone->beginning == GST_CLOCK_TIME_NONE || !gst_buffer_map (buffer, &map, GST_MAP_WRITE))
    return GST_PAD_PROBE_OK;

  position = gst_util_uint64_scale_round ((tone->beginning + GST_BUFFER_PTS (buffer)) % GST_SECOND,
      RATE, GST_SECOND);
  samples = (gint16 *) map.data;
  for (i = 0; i < map.size / sizeof *samples; i++)
    samples[i] = sample ((position + i) % RATE);
  gst_buffer_unmap (buffer, &map);
  return GST_PAD_PROBE_OK;
}

void
gst_livekit_test_tone_attach (GstPad *pad)
{
  Tone *tone = g_new0 (Tone, 1);

  tone->beginning = GST_CLOCK_TIME_NONE;
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, tone, g_free);
}
