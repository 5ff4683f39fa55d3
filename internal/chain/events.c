/* The probes for events on the pads of a chain. */
#include "private.h"

#include "debug.h"
#include "video_size.h"
#include "_cgo_export.h"

#define GST_CAT_DEFAULT gst_livekit_chain_debug

/* When a key frame is needed, in ns on g_get_monotonic_time()'s clock; negative: at
 * once. Muxers that start a new file announce it ahead of time. */
static gint64
wanted_at (GstLivekitChain *chain, GstEvent *event)
{
  GstClockTime running_time = GST_CLOCK_TIME_NONE;
  gint64 at;

  if (!gst_video_event_parse_upstream_force_key_unit (event, &running_time, NULL, NULL) ||
      !GST_CLOCK_TIME_IS_VALID (running_time) ||
      !gst_livekit_timing_moment (GST_ELEMENT (chain->parent), running_time, &at))
    return -1;
  return at;
}

GstPadProbeReturn
gst_livekit_chain_on_key_frame_event (GstLivekitChain *chain, GstPad *pad, GstPadProbeInfo *info)
{
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);

  if (!gst_video_event_is_force_key_unit (event))
    return GST_PAD_PROBE_OK;
  GST_DEBUG_OBJECT (pad, "key frame wanted: %" GST_PTR_FORMAT, event);
  livekitChainKeyFrameWanted (chain->handle, wanted_at (chain, event));
  gst_event_unref (event);
  return GST_PAD_PROBE_HANDLED;
}

static GstEvent *
our_stream_start (GstLivekitChain *chain, GstEvent *event)
{
  GstEvent *ours = gst_event_new_stream_start (chain->stream_id);
  guint group = 0;

  if (gst_event_parse_group_id (event, &group))
    gst_event_set_group_id (ours, group);
  gst_event_set_seqnum (ours, gst_event_get_seqnum (event));
  return ours;
}

/* Parsers of some versions hold a gap back, or change their caps at it. */
static GstPadProbeReturn
pass_parser (GstLivekitChain *chain, GstEvent *gap)
{
  GstPad *pad = gst_element_get_static_pad (chain->last, "src");

  gst_pad_push_event (pad, gap);
  gst_object_unref (pad);
  return GST_PAD_PROBE_HANDLED;
}

/* The source creates a random stream id; ours is stable for the track. Its EOS is dropped
 * if another chain continues the stream. */
GstPadProbeReturn
gst_livekit_chain_on_downstream_event (GstLivekitChain *chain, GstPad *pad, GstPadProbeInfo *info)
{
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);

  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS && gst_livekit_chain_has_failed (chain))
    return GST_PAD_PROBE_DROP;
  if (GST_EVENT_TYPE (event) == GST_EVENT_GAP && chain->parser)
    return pass_parser (chain, event);
  if (GST_EVENT_TYPE (event) == GST_EVENT_STREAM_START) {
    GST_PAD_PROBE_INFO_DATA (info) = our_stream_start (chain, event);
    gst_event_unref (event);
  }
  return GST_PAD_PROBE_OK;
}

GstPadProbeReturn
gst_livekit_chain_on_decoded (GstLivekitChain *chain, GstPad *pad, GstPadProbeInfo *info)
{
  g_atomic_int_inc (&chain->decoded);
  g_atomic_int_set (&chain->accepted, TRUE);
  gst_livekit_chain_mark_discont (chain, info);
  return GST_PAD_PROBE_OK;
}

/* On the pad that pictures leave in their original size. */
GstPadProbeReturn
gst_livekit_chain_on_sized_event (GstLivekitChain *chain, GstPad *pad, GstPadProbeInfo *info)
{
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  gint width, height;

  if (GST_EVENT_TYPE (event) != GST_EVENT_CAPS)
    return GST_PAD_PROBE_OK;
  if (chain->decoder) {
    g_atomic_int_set (&chain->accepted, FALSE);
    g_atomic_int_set (&chain->announced, TRUE);
  }
  if (!gst_livekit_size_from_event (event, &width, &height))
    return GST_PAD_PROBE_OK;
  livekitChainSized (chain->handle, width, height);
  if (chain->decoder)
    gst_livekit_chain_set_decoded_size (chain, width, height);
  return GST_PAD_PROBE_OK;
}
