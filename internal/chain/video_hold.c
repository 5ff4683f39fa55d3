/* Holds back a stream that is not decoded while the server still sends another layer
 * than the requested one: a file keeps the size that it begins with. */
#include "private.h"

#include "debug.h"
#include "sticky.h"
#include "video_size.h"
#include "_cgo_export.h"

#define GST_CAT_DEFAULT gst_livekit_chain_debug

/* Now send the sticky events that were held back. */
static void
open_pad (GstLivekitHold *hold, GstPad *pad)
{
  hold->open = TRUE;
  if (hold->keeping)
    gst_livekit_send_sticky (pad);
}

static GstPadProbeReturn
on_event (GstLivekitChain *chain, GstPad *pad, GstEvent *event)
{
  GstLivekitHold *hold = &chain->hold;
  gint width, height;

  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS) {
    open_pad (hold, pad);
    return GST_PAD_PROBE_OK;
  }
  if (gst_livekit_size_from_event (event, &width, &height)) {
    if (livekitChainBegins (chain->handle, width, height)) {
      /* The next buffer is the key frame of this size, and opens the pad. */
      hold->until = 0;
    } else {
      if (!hold->keeping) {
        GST_INFO_OBJECT (pad, "%dx%d is not the layer that was asked for: waiting for that", width,
            height);
        hold->end = g_get_monotonic_time () + hold->patience;
        hold->keeping = TRUE;
      }
      hold->until = hold->end;
    }
  }
  return hold->keeping && gst_livekit_waits_with_caps (event) ? GST_PAD_PROBE_DROP
                                                              : GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_buffer (GstLivekitChain *chain, GstPad *pad, GstBuffer *buffer)
{
  GstLivekitHold *hold = &chain->hold;

  if (g_get_monotonic_time () >= hold->until) {
    if (!hold->keeping || !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT)) {
      open_pad (hold, pad);
      return GST_PAD_PROBE_OK;
    }
    if (!hold->asked)
      livekitChainKeyFrameWanted (chain->handle, -1);
    hold->asked = TRUE;
  }
  return GST_PAD_PROBE_DROP;
}

GstPadProbeReturn
gst_livekit_chain_on_held (GstLivekitChain *chain, GstPad *pad, GstPadProbeInfo *info)
{
  if (chain->hold.open)
    return GST_PAD_PROBE_OK;
  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER)
    return on_buffer (chain, pad, GST_PAD_PROBE_INFO_BUFFER (info));
  return on_event (chain, pad, GST_PAD_PROBE_INFO_EVENT (info));
}
