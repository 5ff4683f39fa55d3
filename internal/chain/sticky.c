#include "sticky.h"

gboolean
gst_livekit_waits_with_caps (GstEvent *event)
{
  return GST_EVENT_IS_SERIALIZED (event) && GST_EVENT_TYPE (event) >= GST_EVENT_CAPS &&
      GST_EVENT_TYPE (event) != GST_EVENT_EOS;
}

/* Sends a copy, because the event itself counts as sent. */
static gboolean
collect (GstPad *pad, GstEvent **event, gpointer events)
{
  if (gst_livekit_waits_with_caps (*event))
    g_queue_push_tail (events, gst_event_copy (*event));
  return TRUE;
}

void
gst_livekit_send_sticky (GstPad *pad)
{
  GQueue events = G_QUEUE_INIT;
  GstEvent *event;

  gst_pad_sticky_events_foreach (pad, collect, &events);
  while ((event = g_queue_pop_head (&events)))
    gst_pad_push_event (pad, event);
}
