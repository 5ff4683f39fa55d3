#include "private.h"

/* How long the oldest of the last `waiting` units has waited, in ns. */
static gint64
waited (GstLivekitChain *chain, guint waiting)
{
  waiting = MIN (MIN (waiting, chain->n_taken), G_N_ELEMENTS (chain->taken));
  if (waiting == 0)
    return 0;
  return g_get_monotonic_time () * GST_USECOND -
      chain->taken[(chain->n_taken - waiting) % G_N_ELEMENTS (chain->taken)];
}

/* How many of the units that are in the source wait. */
static guint
waiting_of (GstLivekitChain *chain, guint inside)
{
  guint held;

  if (chain->decoder)
    return MIN (inside, chain->n_taken - chain->n_outrun);
  held = gst_livekit_output_early (&chain->output);
  return inside - MIN (inside, held);
}

guint
gst_livekit_chain_backlog (GstLivekitChain *chain)
{
  guint inside;
  gsize bytes;

  gst_livekit_source_waiting (chain->source, &inside, &bytes);
  return waiting_of (chain, inside);
}

/* The number of units says nothing about the work or the memory that they need, so
 * their age and size are limited, too. A stream that is not decoded waits for
 * downstream, not for the decoder, so its age is not limited. Outrunning is limited
 * by number as well, because a decoder that hangs drops nothing. */
gboolean
gst_livekit_chain_has_room (GstLivekitChain *chain, const GstLivekitUnit *unit, gsize size,
    gint64 *behind)
{
  guint inside, waiting;
  gsize bytes;

  gst_livekit_source_waiting (chain->source, &inside, &bytes);
  waiting = waiting_of (chain, inside);
  *behind = unit->outruns ? 0 : waited (chain, waiting);
  if (inside > 0 && bytes + size > GST_LIVEKIT_CHAIN_MAX_BYTES)
    return FALSE;
  if (unit->outruns)
    return inside < 2 * GST_LIVEKIT_CHAIN_MAX_BACKLOG;
  return waiting < GST_LIVEKIT_CHAIN_MAX_BACKLOG &&
      !(chain->decoder && *behind > GST_LIVEKIT_CHAIN_MAX_BEHIND);
}

/* The streaming thread drops the units that wait as soon as the decoder is done with the
 * present one. */
void
gst_livekit_chain_outrun (GstLivekitChain *chain, GstClockTime dts)
{
  chain->n_outrun = chain->n_taken;
  g_mutex_lock (&chain->lock);
  chain->resumes = dts;
  g_mutex_unlock (&chain->lock);
  g_atomic_int_set (&chain->outrunning, TRUE);
}

static gboolean
is_outrun (GstLivekitChain *chain, GstBuffer *unit)
{
  gboolean outrun;

  if (!g_atomic_int_get (&chain->outrunning))
    return FALSE;
  g_mutex_lock (&chain->lock);
  outrun = GST_BUFFER_DTS (unit) < chain->resumes;
  if (!outrun)
    g_atomic_int_set (&chain->outrunning, FALSE);
  g_mutex_unlock (&chain->lock);
  return outrun;
}

GstPadProbeReturn
gst_livekit_chain_on_unit (GstLivekitChain *chain, GstPad *pad, GstPadProbeInfo *info)
{
  if (!is_outrun (chain, GST_PAD_PROBE_INFO_BUFFER (info)))
    return GST_PAD_PROBE_OK;
  g_atomic_int_inc (&chain->outrun);
  return GST_PAD_PROBE_DROP;
}

guint64
gst_livekit_chain_outrun_units (GstLivekitChain *chain)
{
  return (guint) g_atomic_int_get (&chain->outrun);
}
