/* The way out of a chain in an element, whose downstream may change while data flows:
 * what was made for the downstream of before is kept back. */
#include "private.h"

#include "debug.h"

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
GstPadProbeReturn
gst_livekit_chain_on_leaving (GstLivekitChain *chain, GstPad *pad, GstPadProbeInfo *info)
{
  gint changes = gst_livekit_downstream_changes (chain->downstream);

  if (changes == g_atomic_int_get (&chain->settled))
    return GST_PAD_PROBE_OK;
  if (is_accepted (chain, pad)) {
    g_atomic_int_set (&chain->settled, changes);
    return GST_PAD_PROBE_OK;
  }
  g_atomic_int_inc (&chain->kept);
  GST_DEBUG_OBJECT (pad, "downstream does not take this any more: %" GST_PTR_FORMAT,
      GST_PAD_PROBE_INFO_BUFFER (info));
  return GST_PAD_PROBE_DROP;
}

gboolean
gst_livekit_chain_is_suspect (GstLivekitChain *chain)
{
  return gst_livekit_downstream_changes (chain->downstream) != g_atomic_int_get (&chain->settled);
}
