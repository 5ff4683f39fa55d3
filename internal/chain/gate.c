#include "gate.h"

#include "debug.h"
#include "private.h"

#define GST_CAT_DEFAULT gst_livekit_chain_debug

static gboolean
is_accepted (GstLivekitChain *chain, GstPad *pad)
{
  GstCaps *caps = gst_pad_get_current_caps (pad);
  gboolean accepted = !caps || gst_pad_peer_query_accept_caps (chain->ghost, caps);

  gst_clear_caps (&caps);
  return accepted;
}

/* New caps come by themselves: what converts in the chain got the event too. */
static gboolean
lets_pass (GstLivekitChain *chain, GstPad *pad, GstBuffer *buffer)
{
  GstLivekitGate *gate = &chain->gate;
  gint suspect = g_atomic_int_get (&gate->suspect);

  if (suspect == 0)
    return TRUE;
  if (is_accepted (chain, pad)) {
    /* Unless downstream has changed again while it was asked. */
    g_atomic_int_compare_and_exchange (&gate->suspect, suspect, 0);
    return TRUE;
  }
  g_atomic_int_inc (&gate->kept);
  GST_DEBUG_OBJECT (pad, "downstream does not take this any more: %" GST_PTR_FORMAT, buffer);
  return FALSE;
}

static GstPadProbeReturn
on_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer life)
{
  GstLivekitChain *chain = gst_livekit_life_enter (life);
  gboolean passes;

  if (!chain)
    return GST_PAD_PROBE_OK;
  passes = lets_pass (chain, pad, GST_PAD_PROBE_INFO_BUFFER (info));
  gst_livekit_chain_unref (chain);
  return passes ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

static GstPadProbeReturn
on_event (GstPad *pad, GstPadProbeInfo *info, gpointer life)
{
  GstLivekitChain *chain;
  gboolean wanted;

  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) != GST_EVENT_RECONFIGURE)
    return GST_PAD_PROBE_OK;
  chain = gst_livekit_life_enter (life);
  if (!chain)
    return GST_PAD_PROBE_OK;
  g_atomic_int_inc (&chain->gate.suspect);
  g_atomic_int_set (&chain->gate.reconfigured, TRUE);
  wanted = gst_livekit_chain_reconsider (chain);
  gst_livekit_chain_unref (chain);
  if (wanted)
    return GST_PAD_PROBE_OK;
  /* Nothing that the chain could give: its elements are not to hear of it. */
  gst_event_unref (GST_PAD_PROBE_INFO_EVENT (info));
  return GST_PAD_PROBE_HANDLED;
}

void
gst_livekit_gate_install (GstLivekitChain *chain, GstPad *pad)
{
  gst_livekit_life_add_probe (chain->life, pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer);
  gst_livekit_life_add_probe (chain->life, pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_event);
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
