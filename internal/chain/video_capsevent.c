#include "video_capsevent.h"

void
gst_livekit_caps_event_replace (GstPadProbeInfo *info, void (*edit) (GstCaps *caps))
{
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info), *ours;
  GstCaps *caps;

  if (GST_EVENT_TYPE (event) != GST_EVENT_CAPS)
    return;
  gst_event_parse_caps (event, &caps);
  caps = gst_caps_copy (caps);
  gst_caps_set_simple (caps, "framerate", GST_TYPE_FRACTION, 0, 1, NULL);
  if (edit)
    edit (caps);
  ours = gst_event_new_caps (caps);
  gst_event_set_seqnum (ours, gst_event_get_seqnum (event));
  gst_caps_unref (caps);
  gst_event_unref (event);
  GST_PAD_PROBE_INFO_DATA (info) = ours;
}
