#include "picture.h"

#include <gst/video/video.h>
#include <string.h>
#include <time.h>

#define BLOCKS 32
#define LUMA_BLACK 16
#define LUMA_WHITE 235
#define CHROMA_NEUTRAL 128

static const GstLivekitTestColour black = { LUMA_BLACK, CHROMA_NEUTRAL, CHROMA_NEUTRAL };
static const GstLivekitTestColour white = { LUMA_WHITE, CHROMA_NEUTRAL, CHROMA_NEUTRAL };

static void
fill_plane (GstVideoFrame *frame, guint plane, gint x, gint y, gint end_x, gint end_y, guint8 value)
{
  guint8 *data = GST_VIDEO_FRAME_PLANE_DATA (frame, plane);
  gint stride = GST_VIDEO_FRAME_PLANE_STRIDE (frame, plane);

  if (end_x <= x)
    return;
  for (; y < end_y; y++)
    memset (data + (gsize) y * stride + x, value, end_x - x);
}

/* Fills the rectangle from (x, y) to before (end_x, end_y), as far as it is
 * inside the picture. A chroma sample belongs to whoever comes last. */
static void
fill (GstVideoFrame *frame, gint x, gint y, gint end_x, gint end_y,
    const GstLivekitTestColour *colour)
{
  x = MAX (x, 0);
  y = MAX (y, 0);
  end_x = MIN (end_x, GST_VIDEO_FRAME_WIDTH (frame));
  end_y = MIN (end_y, GST_VIDEO_FRAME_HEIGHT (frame));
  fill_plane (frame, 0, x, y, end_x, end_y, colour->y);
  fill_plane (frame, 1, x / 2, y / 2, (end_x + 1) / 2, (end_y + 1) / 2, colour->u);
  fill_plane (frame, 2, x / 2, y / 2, (end_x + 1) / 2, (end_y + 1) / 2, colour->v);
}

/* The same arithmetic as testpicture.BandRows. */
static gint
band_rows (GstVideoFrame *frame)
{
  return GST_VIDEO_FRAME_HEIGHT (frame) * 32 / 720;
}

static void
draw_bands (GstVideoFrame *frame, guint32 value)
{
  gint width = GST_VIDEO_FRAME_WIDTH (frame);
  gint rows = band_rows (frame);
  gint block;

  for (block = 0; block < BLOCKS; block++) {
    gint x = block * width / BLOCKS;
    gint end = (block + 1) * width / BLOCKS;
    gboolean set = value >> (BLOCKS - 1 - block) & 1;

    fill (frame, x, 0, end, rows, set ? &white : &black);
    fill (frame, x, rows, end, 2 * rows, set ? &black : &white);
  }
}

static void
draw_patches (GstVideoFrame *frame, const GstLivekitTestPicture *picture)
{
  gint width = GST_VIDEO_FRAME_WIDTH (frame);
  gint top = 2 * band_rows (frame);
  gint height = GST_VIDEO_FRAME_HEIGHT (frame) - top;
  gint i;

  for (i = 0; i < GST_LIVEKIT_TEST_PICTURE_PATCHES; i++) {
    gint column = i % GST_LIVEKIT_TEST_PICTURE_COLUMNS;
    gint row = i / GST_LIVEKIT_TEST_PICTURE_COLUMNS;

    fill (frame, column * width / GST_LIVEKIT_TEST_PICTURE_COLUMNS,
        top + row * height / GST_LIVEKIT_TEST_PICTURE_ROWS,
        (column + 1) * width / GST_LIVEKIT_TEST_PICTURE_COLUMNS,
        top + (row + 1) * height / GST_LIVEKIT_TEST_PICTURE_ROWS, picture->colours + i);
  }
}

/* A digit of seven segments is 4 units wide and 7 high. Each bit is a segment:
 * top, upper right, lower right, bottom, lower left, upper left, middle. */
static void
draw_digit (GstVideoFrame *frame, gint x, gint y, gint unit, gint digit)
{
  static const guint8 segments[] = { 0x3f, 0x06, 0x5b, 0x4f, 0x66, 0x6d, 0x7d, 0x07, 0x7f, 0x6f };
  static const struct {
    guint8 x, y, end_x, end_y;
  } place[] = { { 0, 0, 4, 1 }, { 3, 0, 4, 4 }, { 3, 3, 4, 7 }, { 0, 6, 4, 7 }, { 0, 3, 1, 7 },
    { 0, 0, 1, 4 }, { 0, 3, 4, 4 } };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (place); i++) {
    if (segments[digit] >> i & 1)
      fill (frame, x + place[i].x * unit, y + place[i].y * unit, x + place[i].end_x * unit,
          y + place[i].end_y * unit, &white);
  }
}

/* Draws digits, ':' and '.' from (x, y), and returns where the next one goes. */
static gint
draw_text (GstVideoFrame *frame, gint x, gint y, gint unit, const gchar *text)
{
  for (; *text; text++) {
    if (g_ascii_isdigit (*text)) {
      draw_digit (frame, x, y, unit, *text - '0');
      x += 5 * unit;
      continue;
    }
    if (*text == ':')
      fill (frame, x, y + 2 * unit, x + unit, y + 3 * unit, &white);
    fill (frame, x, y + (*text == ':' ? 4 : 6) * unit, x + unit, y + (*text == ':' ? 5 : 7) * unit,
        &white);
    x += 2 * unit;
  }
  return x;
}

/* The local time of day on a black box. GStreamer's own clockoverlay comes with
 * X11 on Debian, which the demo does without. */
static void
draw_clock (GstVideoFrame *frame, gint64 unix_us)
{
  gint unit = MAX (GST_VIDEO_FRAME_HEIGHT (frame) / 80, 1);
  gint width = 51 * unit; /* nine digits, two colons, a point */
  gint x = (GST_VIDEO_FRAME_WIDTH (frame) - width) / 2;
  gint y = GST_VIDEO_FRAME_HEIGHT (frame) - 12 * unit;
  time_t seconds = unix_us / G_USEC_PER_SEC;
  gchar text[16];
  struct tm tm;

  if (localtime_r (&seconds, &tm) == NULL)
    return;
  g_snprintf (text, sizeof text, "%02d:%02d:%02d.%03d", tm.tm_hour, tm.tm_min, tm.tm_sec,
      (gint) (unix_us % G_USEC_PER_SEC / 1000));
  fill (frame, x - 2 * unit, y - 2 * unit, x + width + unit, y + 9 * unit, &black);
  draw_text (frame, x, y, unit, text);
}

typedef struct {
  GstLivekitTestPicture picture;
  guint32 last; /* the time that was drawn last */
} Drawing;

static void
draw (const GstLivekitTestPicture *picture, GstVideoFrame *frame, gint64 unix_us)
{
  if (picture->patches)
    draw_patches (frame, picture);
  else
    draw_clock (frame, unix_us);
  draw_bands (frame, (guint32) (unix_us / 1000));
}

static GstStaticCaps unix_time = GST_STATIC_CAPS ("timestamp/x-unix");

GstClockTime
gst_livekit_test_picture_time (GstBuffer *buffer)
{
  GstCaps *caps = gst_static_caps_get (&unix_time);
  GstReferenceTimestampMeta *meta = gst_buffer_get_reference_timestamp_meta (buffer, caps);

  gst_caps_unref (caps);
  return meta ? meta->timestamp : GST_CLOCK_TIME_NONE;
}

/* Encoders hand the meta on to what they make of the buffer. */
static void
attach_time (GstBuffer *buffer, gint64 unix_us)
{
  GstCaps *caps = gst_static_caps_get (&unix_time);

  gst_buffer_add_reference_timestamp_meta (buffer, caps, (GstClockTime) unix_us * 1000,
      GST_CLOCK_TIME_NONE);
  gst_caps_unref (caps);
}

static GstPadProbeReturn
on_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Drawing *drawing = data;
  gint64 now = g_get_real_time ();
  GstBuffer *buffer;
  GstCaps *caps;
  GstVideoInfo video;
  GstVideoFrame frame;

  if ((guint32) (now / 1000) == drawing->last)
    return GST_PAD_PROBE_DROP;
  drawing->last = (guint32) (now / 1000);

  buffer = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));
  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  attach_time (buffer, now);
  caps = gst_pad_get_current_caps (pad);
  if (caps && gst_video_info_from_caps (&video, caps) &&
      gst_video_frame_map (&frame, &video, buffer, GST_MAP_READWRITE)) {
    draw (&drawing->picture, &frame, now);
    gst_video_frame_unmap (&frame);
  }
  gst_clear_caps (&caps);
  return GST_PAD_PROBE_OK;
}

void
gst_livekit_test_picture_attach (GstPad *pad, const GstLivekitTestPicture *picture)
{
  Drawing *drawing = g_new0 (Drawing, 1);

  drawing->picture = *picture;
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, drawing, g_free);
}
