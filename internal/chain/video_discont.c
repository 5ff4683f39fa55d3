/* Gaps in a stream. Decoders do not pass the DISCONT flag of a unit on to its
 * picture, so it is recorded here. */
#include "private.h"

void
gst_livekit_chain_note_discont (GstLivekitChain *chain, GstClockTime pts)
{
  g_mutex_lock (&chain->lock);
  if (chain->n_disconts == (gint) G_N_ELEMENTS (chain->disconts))
    g_atomic_int_add (&chain->n_disconts,
        -1); /* no picture has come out for so long that one mark is enough */
  chain->disconts[chain->n_disconts] = pts;
  g_atomic_int_inc (&chain->n_disconts);
  g_mutex_unlock (&chain->lock);
}

static gboolean
is_behind_discont (GstLivekitChain *chain, GstClockTime pts)
{
  gint passed = 0;

  if (g_atomic_int_get (&chain->n_disconts) == 0)
    return FALSE;
  g_mutex_lock (&chain->lock);
  while (passed < chain->n_disconts && chain->disconts[passed] <= pts)
    passed++;
  g_atomic_int_add (&chain->n_disconts, -passed);
  memmove (chain->disconts, chain->disconts + passed,
      chain->n_disconts * sizeof chain->disconts[0]);
  g_mutex_unlock (&chain->lock);
  return passed > 0;
}

void
gst_livekit_chain_mark_discont (GstLivekitChain *chain, GstPadProbeInfo *info)
{
  GstBuffer *picture = GST_PAD_PROBE_INFO_BUFFER (info);

  if (!is_behind_discont (chain, GST_BUFFER_PTS (picture)))
    return;
  picture = gst_buffer_make_writable (picture);
  GST_BUFFER_FLAG_SET (picture, GST_BUFFER_FLAG_DISCONT);
  GST_PAD_PROBE_INFO_DATA (info) = picture;
}
