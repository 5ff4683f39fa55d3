/* The colorimetry of pictures, as far as the stream contains it. */
#include "video_colour.h"

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
