#include "private.h"

/* How long the oldest of the last `waiting` units has waited, in ns. */
gint64
gst_livekit_chain_waited (GstLivekitChain *chain, guint waiting)
{
  waiting = MIN (MIN (waiting, chain->n_taken), G_N_ELEMENTS (chain->taken));
  if (waiting == 0)
    return 0;
  return g_get_monotonic_time () * GST_USECOND -
      chain->taken[(chain->n_taken - waiting) % G_N_ELEMENTS (chain->taken)];
}

/* Units are no measure of the work that they make, nor of the memory that they take.
 * What an untouched stream waits for is not the decoder. */
gboolean
gst_livekit_chain_is_full (GstLivekitChain *chain, guint waiting, gsize size, gint64 behind)
{
  return waiting >= GST_LIVEKIT_CHAIN_MAX_BACKLOG ||
      (chain->decoder && behind > GST_LIVEKIT_CHAIN_MAX_BEHIND) ||
      gst_app_src_get_current_level_bytes (chain->appsrc) + size > GST_LIVEKIT_CHAIN_MAX_BYTES;
}
