#include "video_hold.h"

#include "debug.h"
#include "private.h"
#include "video_size.h"
#include "_cgo_export.h"

#define GST_CAT_DEFAULT gst_livekit_chain_debug

/* Only the pad's streaming thread uses it. */
typedef struct {
  GstLivekitLife *life; /* owned */
  gint64 patience;      /* in microseconds */
  gint64 end;           /* of it, on g_get_monotonic_time()'s clock */
  gint64 until;         /* that moment, or 0 for at once: the size is wanted */
  gboolean keeping;
  gboolean asked; /* for the key frame that ends it */
  gboolean open;  /* for good */
} Hold;

static gboolean
is_wanted (Hold *hold, gint width, gint height)
{
  GstLivekitChain *chain = gst_livekit_life_enter (hold->life);
  gboolean wanted = TRUE;

  if (chain) {
    wanted = livekitChainBegins (chain->handle, width, height);
    gst_livekit_chain_unref (chain);
  }
  return wanted;
}

static void
want_key_frame (Hold *hold)
{
  GstLivekitChain *chain = gst_livekit_life_enter (hold->life);

  if (chain) {
    livekitChainKeyFrameWanted (chain->handle, -1);
    gst_livekit_chain_unref (chain);
  }
}

static gboolean
collect (GstPad *pad, GstEvent **event, gpointer data)
{
  if (GST_EVENT_TYPE (*event) >= GST_EVENT_CAPS && GST_EVENT_TYPE (*event) != GST_EVENT_EOS)
    g_queue_push_tail (data, gst_event_copy (*event));
  return TRUE;
}

/* What was kept back of the stream's description goes out now, in its order. */
static void
open_pad (Hold *hold, GstPad *pad)
{
  GQueue events = G_QUEUE_INIT;
  GstEvent *event;

  hold->open = TRUE;
  if (!hold->keeping)
    return;
  gst_pad_sticky_events_foreach (pad, collect, &events);
  while ((event = g_queue_pop_head (&events)))
    gst_pad_push_event (pad, event);
}

static GstPadProbeReturn
on_event (Hold *hold, GstPad *pad, GstEvent *event)
{
  gint width, height;

  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS) {
    open_pad (hold, pad);
    return GST_PAD_PROBE_OK;
  }
  if (gst_livekit_size_from_event (event, &width, &height)) {
    if (is_wanted (hold, width, height)) {
      /* The key frame that has this size comes next, and opens the pad. */
      hold->until = 0;
    } else {
      GST_INFO_OBJECT (pad, "%dx%d is not the layer that was asked for: waiting for that", width,
          height);
      if (!hold->keeping)
        hold->end = g_get_monotonic_time () + hold->patience;
      hold->until = hold->end;
      hold->keeping = TRUE;
    }
  }
  return hold->keeping && GST_EVENT_IS_SERIALIZED (event) &&
          GST_EVENT_TYPE (event) != GST_EVENT_STREAM_START
      ? GST_PAD_PROBE_DROP
      : GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_buffer (Hold *hold, GstPad *pad, GstBuffer *buffer)
{
  if (g_get_monotonic_time () >= hold->until) {
    if (!hold->keeping || !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT)) {
      open_pad (hold, pad);
      return GST_PAD_PROBE_OK;
    }
    if (!hold->asked)
      want_key_frame (hold);
    hold->asked = TRUE;
  }
  return GST_PAD_PROBE_DROP;
}

static GstPadProbeReturn
on_data (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Hold *hold = data;

  if (hold->open)
    return GST_PAD_PROBE_OK;
  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER)
    return on_buffer (hold, pad, GST_PAD_PROBE_INFO_BUFFER (info));
  return on_event (hold, pad, GST_PAD_PROBE_INFO_EVENT (info));
}

static void
free_hold (gpointer data)
{
  Hold *hold = data;

  gst_livekit_life_unref (hold->life);
  g_free (hold);
}

void
gst_livekit_hold_install (GstPad *pad, GstLivekitLife *life, GstClockTime patience)
{
  Hold *hold = g_new0 (Hold, 1);

  hold->life = gst_livekit_life_ref (life);
  hold->patience = patience / GST_USECOND;
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_data,
      hold, free_hold);
}
