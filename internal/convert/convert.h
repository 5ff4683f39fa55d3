#ifndef GST_LIVEKIT_CONVERT_H
#define GST_LIVEKIT_CONVERT_H

#include <gst/video/video.h>

/* Where one picture lies; the pixels themselves are passed beside it. */
typedef struct {
  gint width, height;
  gint stride[GST_VIDEO_MAX_PLANES];  /* bytes */
  gsize offset[GST_VIDEO_MAX_PLANES]; /* bytes, only of the result: in its one piece of memory */
} GstLivekitLayout;

/* Converts the planes p0 to p3 (borrowed, unused ones NULL) into `result`
 * (borrowed). Formats are GStreamer's names; colorimetry is that of YUV on either
 * side, NULL for BT.601. FALSE when GStreamer cannot convert between the two. */
gboolean gst_livekit_convert (const GstLivekitLayout *from, const char *from_format,
    const GstVideoColorimetry *colorimetry, void *p0, void *p1, void *p2, void *p3,
    const GstLivekitLayout *to, const char *to_format, void *result);

#endif
