#include "convert.h"

#include <string.h>

/* Makes a frame without a GstBuffer: the converter only reads planes and strides. */
static gboolean
describe (GstVideoFrame *frame, const GstLivekitLayout *layout, const char *format,
    const GstVideoColorimetry *colorimetry)
{
  guint i;

  memset (frame, 0, sizeof *frame);
  if (!gst_video_info_set_format (&frame->info, gst_video_format_from_string (format),
          layout->width, layout->height))
    return FALSE;
  if (GST_VIDEO_INFO_IS_YUV (&frame->info)) {
    if (colorimetry)
      frame->info.colorimetry = *colorimetry;
    else
      gst_video_colorimetry_from_string (&frame->info.colorimetry, GST_VIDEO_COLORIMETRY_BT601);
  }
  for (i = 0; i < GST_VIDEO_INFO_N_PLANES (&frame->info); i++)
    frame->info.stride[i] = layout->stride[i];
  return TRUE;
}

gboolean
gst_livekit_convert (const GstLivekitLayout *from, const char *from_format,
    const GstVideoColorimetry *colorimetry, void *p0, void *p1, void *p2, void *p3,
    const GstLivekitLayout *to, const char *to_format, void *result)
{
  gpointer planes[GST_VIDEO_MAX_PLANES] = { p0, p1, p2, p3 };
  GstVideoFrame src, dst;
  GstVideoConverter *converter;
  guint i;

  if (!describe (&src, from, from_format, colorimetry) ||
      !describe (&dst, to, to_format, colorimetry))
    return FALSE;
  for (i = 0; i < GST_VIDEO_INFO_N_PLANES (&src.info); i++)
    src.data[i] = planes[i];
  for (i = 0; i < GST_VIDEO_INFO_N_PLANES (&dst.info); i++)
    dst.data[i] = (guint8 *) result + to->offset[i];

  converter = gst_video_converter_new (&src.info, &dst.info, NULL);
  if (!converter)
    return FALSE;
  gst_video_converter_frame (converter, &src, &dst);
  gst_video_converter_free (converter);
  return TRUE;
}
