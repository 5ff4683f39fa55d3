/* The colours of pictures, as far as a stream tells them. */
#include "colour.h"

#include <gst/base/gstbitreader.h>
#include <gst/video/video.h>

void
gst_livekit_colour_complete (GstCaps *raw)
{
  const gchar *text = gst_structure_get_string (gst_caps_get_structure (raw, 0), "colorimetry");
  GstVideoColorimetry told, guess;
  gchar *complete;

  gst_video_colorimetry_from_string (&guess, GST_VIDEO_COLORIMETRY_BT601);
  if (!text || !gst_video_colorimetry_from_string (&told, text))
    told = guess;
  if (text && told.matrix != GST_VIDEO_COLOR_MATRIX_UNKNOWN)
    return;
  told.matrix = guess.matrix;
  if (told.range == GST_VIDEO_COLOR_RANGE_UNKNOWN)
    told.range = guess.range;
  if (told.transfer == GST_VIDEO_TRANSFER_UNKNOWN)
    told.transfer = guess.transfer;
  if (told.primaries == GST_VIDEO_COLOR_PRIMARIES_UNKNOWN)
    told.primaries = guess.primaries;
  complete = gst_video_colorimetry_to_string (&told);
  gst_caps_set_simple (raw, "colorimetry", G_TYPE_STRING, complete, NULL);
  g_free (complete);
}

/* Reads the VP9 bitstream specification's uncompressed_header up to color_config, sections
 * 6.2 and 6.2.2. */
gchar *
gst_livekit_colour_of_vp9 (const guint8 *data, gsize size)
{
  enum { UNKNOWN = 0, RESERVED = 6, RGB = 7, SYNC_CODE = 0x498342 };
  static const char *const names[] = {
    [1] = GST_VIDEO_COLORIMETRY_BT601,
    [2] = GST_VIDEO_COLORIMETRY_BT709,
    [3] = GST_VIDEO_COLORIMETRY_BT601, /* SMPTE 170M */
    [4] = GST_VIDEO_COLORIMETRY_SMPTE240M,
    [5] = GST_VIDEO_COLORIMETRY_BT2020,
    [7] = GST_VIDEO_COLORIMETRY_SRGB,
  };
  GstBitReader r = GST_BIT_READER_INIT (data, size);
  guint32 sync = 0;
  guint8 first = 0, low = 0, high = 0, space = 0, full = 0;
  GstVideoColorimetry colours;

  if (!gst_bit_reader_get_bits_uint8 (&r, &first, 2) || first != 2 ||
      !gst_bit_reader_get_bits_uint8 (&r, &low, 1) || !gst_bit_reader_get_bits_uint8 (&r, &high, 1))
    return NULL;
  if ((low && high && !gst_bit_reader_skip (&r, 1)) ||
      !gst_bit_reader_get_bits_uint8 (&r, &first, 2) || first != 0 || /* a frame of its own, key */
      !gst_bit_reader_skip (&r, 2) || !gst_bit_reader_get_bits_uint32 (&r, &sync, 24) ||
      sync != SYNC_CODE || (high && !gst_bit_reader_skip (&r, 1)) ||
      !gst_bit_reader_get_bits_uint8 (&r, &space, 3))
    return NULL;
  if (space != RGB && !gst_bit_reader_get_bits_uint8 (&r, &full, 1))
    return NULL;
  if (space == RESERVED || (space == UNKNOWN && !full))
    return NULL;
  memset (&colours, 0, sizeof colours);
  if (space != UNKNOWN)
    gst_video_colorimetry_from_string (&colours, names[space]);
  if (space != RGB)
    colours.range = full ? GST_VIDEO_COLOR_RANGE_0_255 : GST_VIDEO_COLOR_RANGE_16_235;
  return gst_video_colorimetry_to_string (&colours);
}
