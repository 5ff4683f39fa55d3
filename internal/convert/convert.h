#ifndef GST_LIVEKIT_CONVERT_H
#define GST_LIVEKIT_CONVERT_H

#include <gst/video/video.h>

/* The layout of one picture; its pixels are passed separately. */
typedef struct {
  gint width, height;
  gint stride[GST_VIDEO_MAX_PLANES];  /* bytes */
  gsize offset[GST_VIDEO_MAX_PLANES]; /* bytes, only for the result, which is one piece of memory */
} GstLivekitLayout;

/* Converts the planes p0 to p3 (borrowed, unused ones NULL) into `result` (borrowed).
 * Formats are GStreamer's names; `colorimetry` is for YUV on either side, NULL means
 * BT.601. FALSE if GStreamer cannot convert between the formats. */
gboolean gst_livekit_convert (const GstLivekitLayout *from, const char *from_format,
    const GstVideoColorimetry *colorimetry, void *p0, void *p1, void *p2, void *p3,
    const GstLivekitLayout *to, const char *to_format, void *result);

#endif
