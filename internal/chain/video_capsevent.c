#include "video_capsevent.h"

static GstPadProbeReturn
on_event (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstLivekitCapsEdit edit = (GstLivekitCapsEdit) (void (*) (void)) data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info), *ours;
  GstCaps *caps;

  if (GST_EVENT_TYPE (event) != GST_EVENT_CAPS)
    return GST_PAD_PROBE_OK;
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
  return GST_PAD_PROBE_OK;
}

void
gst_livekit_caps_event_edit (GstElement *element, GstLivekitCapsEdit edit)
{
  GstPad *pad = gst_element_get_static_pad (element, "src");

  if (!pad)
    return;
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event,
      (gpointer) (void (*) (void)) edit, NULL);
  gst_object_unref (pad);
}
