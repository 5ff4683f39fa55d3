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
  gint changes = gst_livekit_downstream_changes (chain->downstream);

  if (changes == g_atomic_int_get (&gate->settled))
    return TRUE;
  if (is_accepted (chain, pad)) {
    g_atomic_int_set (&gate->settled, changes);
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

void
gst_livekit_gate_install (GstLivekitChain *chain, GstPad *pad)
{
  gst_livekit_life_add_probe (chain->life, pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer);
}

gboolean
gst_livekit_gate_is_suspect (GstLivekitChain *chain)
{
  return gst_livekit_downstream_changes (chain->downstream) !=
      g_atomic_int_get (&chain->gate.settled);
}
