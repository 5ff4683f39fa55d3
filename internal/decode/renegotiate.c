/* What downstream wants of a chain while data flows. */
#include "private.h"

#include "want.h"

/* What to convert to. What is left open is downstream's choice: one of our formats,
 * or the decoder's own memory where that is welcome. */
void
gst_livekit_chain_set_output_caps (GstLivekitChain *chain)
{
  GstCaps *caps = gst_caps_ref (chain->raw), *present = NULL;

  if (chain->ghost && chain->open)
    caps = gst_livekit_want_memory (chain->ghost, caps);
  g_object_get (chain->filter, "caps", &present, NULL);
  if (!gst_caps_is_strictly_equal (caps, present))
    g_object_set (chain->filter, "caps", caps, NULL);
  gst_caps_unref (present);
  gst_caps_unref (caps);
}

gboolean
gst_livekit_chain_is_wanted (GstLivekitChain *chain)
{
  GstLivekitWant have = chain->decoder ? GST_LIVEKIT_WANT_RAW : GST_LIVEKIT_WANT_UNTOUCHED;

  return !chain->ghost || (chain->decoder && !chain->open) ||
      gst_livekit_want (chain->ghost, chain->media_type) == have;
}

gboolean
gst_livekit_chain_reconsider (gpointer data)
{
  GstLivekitChain *chain = data;
  gboolean wanted = gst_livekit_chain_is_wanted (chain);

  if (wanted && chain->decoder)
    gst_livekit_chain_set_output_caps (chain);
  return wanted;
}

gboolean
gst_livekit_chain_outdated (GstLivekitChain *chain)
{
  if (gst_livekit_gate_reconfigured (&chain->gate))
    chain->unwanted = !gst_livekit_chain_reconsider (chain);
  /* After a hole in an encoded stream the rest cannot be decoded. */
  return chain->unwanted || gst_livekit_chain_has_failed (chain) ||
      (!chain->decoder && gst_livekit_gate_kept (&chain->gate) > 0);
}
