#include "gate.h"

#include "debug.h"

#define GST_CAT_DEFAULT gst_livekit_decode_debug

static gboolean
is_accepted (GstLivekitGate *gate)
{
  GstCaps *caps = gst_pad_get_current_caps (gate->pad);
  gboolean accepted = !caps || gst_pad_peer_query_accept_caps (gate->ghost, caps);

  gst_clear_caps (&caps);
  return accepted;
}

/* New caps come by themselves: what converts in the chain got the event too. */
static GstPadProbeReturn
on_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstLivekitGate *gate = data;
  gint suspect = g_atomic_int_get (&gate->suspect);

  if (suspect == 0)
    return GST_PAD_PROBE_OK;
  if (is_accepted (gate)) {
    /* Unless downstream has changed again while it was asked. */
    g_atomic_int_compare_and_exchange (&gate->suspect, suspect, 0);
    return GST_PAD_PROBE_OK;
  }
  g_atomic_int_inc (&gate->kept);
  GST_DEBUG_OBJECT (pad, "downstream does not take this any more: %" GST_PTR_FORMAT,
      GST_PAD_PROBE_INFO_BUFFER (info));
  return GST_PAD_PROBE_DROP;
}

static GstPadProbeReturn
on_event (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstLivekitGate *gate = data;

  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) != GST_EVENT_RECONFIGURE)
    return GST_PAD_PROBE_OK;
  g_atomic_int_inc (&gate->suspect);
  g_atomic_int_set (&gate->reconfigured, TRUE);
  if (gate->changed (gate->data))
    return GST_PAD_PROBE_OK;
  gst_event_unref (GST_PAD_PROBE_INFO_EVENT (info));
  return GST_PAD_PROBE_HANDLED;
}

void
gst_livekit_gate_connect (GstLivekitGate *gate, GstLivekitGateChanged changed, gpointer data)
{
  gate->changed = changed;
  gate->data = data;
}

void
gst_livekit_gate_install (GstLivekitGate *gate, GstPad *pad, GstPad *ghost)
{
  gate->pad = pad;
  gate->ghost = ghost;
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, gate, NULL);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_event, gate, NULL);
}

gboolean
gst_livekit_gate_reconfigured (GstLivekitGate *gate)
{
  return g_atomic_int_compare_and_exchange (&gate->reconfigured, TRUE, FALSE);
}

gboolean
gst_livekit_gate_is_suspect (GstLivekitGate *gate)
{
  return g_atomic_int_get (&gate->suspect) > 0;
}

guint
gst_livekit_gate_kept (GstLivekitGate *gate)
{
  return g_atomic_int_get (&gate->kept);
}
