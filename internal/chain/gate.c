/* The gate at the end of a chain in an element. Downstream may change while data
 * flows; the gate drops data that was made for the previous downstream.
 *
 * The gate is a probe on the element's own pad, behind the probes with which
 * applications block the pad: data that was blocked may meet a downstream that was
 * linked meanwhile. */
#include "private.h"

#include "_cgo_export.h"
#include "debug.h"
#include "sticky.h"
#include "want.h"

#define GST_CAT_DEFAULT gst_livekit_chain_debug

/* A muxer that also accepts raw video gets the encoded stream. The caps may be those
 * of the previous chain, which the pad still has. */
static gboolean
have_wanted_form (GstLivekitChain *chain, GstCaps *caps)
{
  gboolean raw = gst_structure_has_name (gst_caps_get_structure (caps, 0),
      gst_livekit_raw_type (chain->media_type));
  GstCaps *taken;
  GstLivekitWant want;

  if (gst_livekit_chain_is_raw (chain) && !chain->open)
    return TRUE;
  taken = gst_livekit_downstream_caps (chain->downstream);
  want = gst_livekit_want (chain->ghost, taken, chain->media_type);
  gst_caps_unref (taken);
  return want == (raw ? GST_LIVEKIT_WANT_RAW : GST_LIVEKIT_WANT_UNTOUCHED);
}

static gboolean
is_welcome (GstLivekitChain *chain, GstCaps *caps, gboolean changed)
{
  return !caps ||
      (have_wanted_form (chain, caps) &&
          (!changed || gst_pad_peer_query_accept_caps (chain->ghost, caps)));
}

/* A newly linked peer gets the previous caps before the buffer. */
static GstPadProbeReturn
on_caps (GstLivekitChain *chain, GstPad *pad, GstEvent *event)
{
  gint changes = gst_livekit_downstream_changes (chain->downstream);
  GstCaps *caps;

  gst_event_parse_caps (event, &caps);
  chain->closed = !is_welcome (chain, caps, changes != g_atomic_int_get (&chain->settled));
  if (chain->closed) {
    GST_DEBUG_OBJECT (pad, "downstream does not want %" GST_PTR_FORMAT, caps);
    return GST_PAD_PROBE_DROP;
  }
  g_atomic_int_set (&chain->settled, changes);
  /* Whoever is linked while an encoded stream flows can decode it from a key frame on. */
  chain->begins = !chain->decoder && chain->fed;
  chain->fed = TRUE;
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_event (GstLivekitChain *chain, GstPad *pad, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS)
    return on_caps (chain, pad, event);
  return chain->closed && gst_livekit_waits_with_caps (event) ? GST_PAD_PROBE_DROP
                                                              : GST_PAD_PROBE_OK;
}

/* Whether a key frame has to come first, and this is none. */
static gboolean
is_before_begin (GstLivekitChain *chain, GstBuffer *buffer)
{
  if (!chain->begins)
    return FALSE;
  chain->begins = GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  if (chain->begins && !chain->asked)
    livekitChainKeyFrameWanted (chain->handle, -1);
  chain->asked = chain->begins;
  return chain->begins;
}

static GstPadProbeReturn
on_buffer (GstLivekitChain *chain, GstPad *pad, GstBuffer *buffer)
{
  gint changes = gst_livekit_downstream_changes (chain->downstream);
  gboolean welcome;
  GstCaps *caps;

  if (is_before_begin (chain, buffer))
    return GST_PAD_PROBE_DROP;
  if (!chain->closed && changes == g_atomic_int_get (&chain->settled))
    return GST_PAD_PROBE_OK;
  caps = gst_pad_get_current_caps (pad);
  welcome = is_welcome (chain, caps, TRUE);
  gst_clear_caps (&caps);
  if (!welcome) {
    g_atomic_int_inc (&chain->kept);
    gst_livekit_chain_keep_from_go (chain);
    GST_DEBUG_OBJECT (pad, "downstream does not want this any more: %" GST_PTR_FORMAT, buffer);
    return GST_PAD_PROBE_DROP;
  }
  if (chain->closed)
    gst_livekit_send_sticky (pad);
  /* New caps follow: the converter in the chain got the RECONFIGURE event, too. */
  g_atomic_int_set (&chain->settled, changes);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_leaving (GstLivekitChain *chain, GstPad *pad, GstPadProbeInfo *info)
{
  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER)
    return on_buffer (chain, pad, GST_PAD_PROBE_INFO_BUFFER (info));
  return on_event (chain, pad, GST_PAD_PROBE_INFO_EVENT (info));
}

void
gst_livekit_chain_install_gate (GstLivekitChain *chain)
{
  chain->gate = gst_livekit_life_watch_pad (chain->life, chain->ghost,
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_leaving);
}

void
gst_livekit_chain_remove_gate (GstLivekitChain *chain)
{
  if (chain->gate)
    gst_pad_remove_probe (chain->ghost, chain->gate);
  chain->gate = 0;
}

gboolean
gst_livekit_chain_is_suspect (GstLivekitChain *chain)
{
  return gst_livekit_downstream_changes (chain->downstream) != g_atomic_int_get (&chain->settled);
}
