#include "video_alpha.h"

#include <gst/video/video.h>
#include <string.h>

#define ALPHA_PLANE 3

static void
on_caps (GstVideoInfo *info, GstEvent *event)
{
  GstCaps *caps;

  if (GST_EVENT_TYPE (event) != GST_EVENT_CAPS)
    return;
  gst_event_parse_caps (event, &caps);
  if (!gst_video_info_from_caps (info, caps))
    gst_video_info_init (info);
}

static GstBuffer *
fill_alpha (GstVideoInfo *info, GstBuffer *buffer)
{
  GstVideoFrame frame;
  gint y;

  buffer = gst_buffer_make_writable (buffer);
  if (!gst_video_frame_map (&frame, info, buffer, GST_MAP_WRITE))
    return buffer;
  for (y = 0; y < GST_VIDEO_FRAME_HEIGHT (&frame); y++) {
    guint8 *row = GST_VIDEO_FRAME_PLANE_DATA (&frame, ALPHA_PLANE);

    memset (row + y * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, ALPHA_PLANE), 0xff,
        GST_VIDEO_FRAME_WIDTH (&frame));
  }
  gst_video_frame_unmap (&frame);
  return buffer;
}

static GstPadProbeReturn
on_data (GstPad *pad, GstPadProbeInfo *probe, gpointer data)
{
  GstVideoInfo *info = data;

  if (probe->type & GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM)
    on_caps (info, GST_PAD_PROBE_INFO_EVENT (probe));
  else if (GST_VIDEO_INFO_FORMAT (info) == GST_VIDEO_FORMAT_A420)
    GST_PAD_PROBE_INFO_DATA (probe) = fill_alpha (info, GST_PAD_PROBE_INFO_BUFFER (probe));
  return GST_PAD_PROBE_OK;
}

void
gst_livekit_make_opaque (GstElement *converter)
{
  GstPad *src = gst_element_get_static_pad (converter, "src");
  GstVideoInfo *info = gst_video_info_new ();

  gst_pad_add_probe (src, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_data,
      info, (GDestroyNotify) gst_video_info_free);
  gst_object_unref (src);
}
