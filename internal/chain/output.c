#include "output.h"

#include "debug.h"
#include "private.h"
#include "_cgo_export.h"

#include <gst/app/app.h>
#include <sys/eventfd.h>

#define GST_CAT_DEFAULT gst_livekit_chain_debug

/* Sinks that synchronize to the clock hold back frames for the pipeline's latency.
 * These frames are not late and come on top of the capacity. The frame rate is
 * unknown (VP8 has none), so the highest common one is assumed. */
#define ASSUMED_FRAMES_PER_SECOND 60

void
gst_livekit_output_init (GstLivekitOutput *output)
{
  g_mutex_init (&output->lock);
}

static void
count_in (GstLivekitOutput *output)
{
  g_mutex_lock (&output->lock);
  if (output->appsink && output->capacity &&
      output->in - output->out - output->overwritten >= output->capacity)
    output->overwritten++;
  output->in++;
  g_mutex_unlock (&output->lock);
}

static void
count_out (GstLivekitOutput *output)
{
  g_mutex_lock (&output->lock);
  output->out++;
  g_mutex_unlock (&output->lock);
}

static GstPadProbeReturn
on_frame_in (GstLivekitChain *chain, GstPad *pad, GstPadProbeInfo *info)
{
  count_in (&chain->output);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_frame_out (GstLivekitChain *chain, GstPad *pad, GstPadProbeInfo *info)
{
  count_out (&chain->output);
  return GST_PAD_PROBE_OK;
}

static void
make_room (GstLivekitOutput *output, GstClockTime latency, GstClockTime delay)
{
  guint frames;

  g_mutex_lock (&output->lock);
  if (GST_CLOCK_TIME_IS_VALID (latency))
    output->latency = latency;
  if (GST_CLOCK_TIME_IS_VALID (delay))
    output->delay = delay;
  latency = output->latency + output->delay;
  frames = gst_util_uint64_scale_ceil (latency, ASSUMED_FRAMES_PER_SECOND, GST_SECOND);
  output->early = frames;
  g_mutex_unlock (&output->lock);
  if (output->source && GST_CLOCK_TIME_IS_VALID (output->sound_capacity))
    gst_livekit_source_set_capacity (output->source, output->sound_capacity + latency);
  if (output->source || output->capacity == 0)
    return;
  g_object_set (output->queue, "max-size-buffers", output->capacity + frames, NULL);
  GST_DEBUG_OBJECT (output->queue, "keeping %u frames for %" GST_TIME_FORMAT " of latency", frames,
      GST_TIME_ARGS (latency));
}

void
gst_livekit_output_set_delay (GstLivekitOutput *output, GstClockTime delay)
{
  if (output->queue || output->source)
    make_room (output, GST_CLOCK_TIME_NONE, delay);
}

/* Stops QoS events, which a sink sends when its frames are late. A decoder would skip
 * everything for twice that time, although frames depend on each other, and although
 * a live stream that was delayed by the network is late without any lack of time
 * here. A converter would only skip frames that are late already: the sink drops
 * these itself, and another branch of a tee may need them. Real overload shows in the
 * backlog. The sink's QoS message still reaches the application. */
static GstPadProbeReturn
on_upstream_event (GstLivekitChain *chain, GstPad *pad, GstPadProbeInfo *info)
{
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  GstClockTime latency;

  if (GST_EVENT_TYPE (event) == GST_EVENT_QOS) {
    gst_event_unref (event);
    return GST_PAD_PROBE_HANDLED;
  }
  if (GST_EVENT_TYPE (event) == GST_EVENT_LATENCY) {
    gst_event_parse_latency (event, &latency);
    make_room (&chain->output, latency, GST_CLOCK_TIME_NONE);
  }
  return GST_PAD_PROBE_OK;
}

static gboolean
has_segment (GstPad *pad)
{
  GstEvent *segment = gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);
  gboolean has = segment != NULL;

  gst_clear_event (&segment);
  return has;
}

/* Answers a query as a pad with fixed caps does. Such pads, as those of parsers, hold no
 * reference of their caps meanwhile (GStreamer 1.22), and the streaming thread changes
 * them, or they are stopped. */
static void
answer_with (GstCaps *caps, GstQuery *query)
{
  GstCaps *other;

  if (GST_QUERY_TYPE (query) == GST_QUERY_ACCEPT_CAPS) {
    gst_query_parse_accept_caps (query, &other);
    gst_query_set_accept_caps_result (query, gst_caps_is_subset (other, caps));
    return;
  }
  gst_query_parse_caps (query, &other);
  if (!other) {
    gst_query_set_caps_result (query, caps);
    return;
  }
  other = gst_caps_intersect_full (other, caps, GST_CAPS_INTERSECT_FIRST);
  gst_query_set_caps_result (query, other);
  gst_caps_unref (other);
}

static GstPadProbeReturn
on_caps_query (GstPad *pad, GstQuery *query)
{
  GstCaps *caps = GST_PAD_IS_FIXED_CAPS (pad) ? gst_pad_get_current_caps (pad) : NULL;

  if (!caps)
    return GST_PAD_PROBE_OK;
  answer_with (caps, query);
  gst_caps_unref (caps);
  return GST_PAD_PROBE_HANDLED;
}

static GstPadProbeReturn
on_query (GstLivekitChain *chain, GstPad *pad, GstPadProbeInfo *info)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (info);

  switch (GST_QUERY_TYPE (query)) {
    case GST_QUERY_POSITION:
      /* A decoder that has not received a segment would log a complaint. */
      return has_segment (pad) ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
    case GST_QUERY_CAPS:
    case GST_QUERY_ACCEPT_CAPS:
      return on_caps_query (pad, query);
    default:
      return GST_PAD_PROBE_OK;
  }
}

/* Only a decoder has a use for downstream's memory. */
static GstPadProbeReturn
on_query_in (GstLivekitChain *chain, GstPad *pad, GstPadProbeInfo *info)
{
  return GST_QUERY_TYPE (GST_PAD_PROBE_INFO_QUERY (info)) == GST_QUERY_ALLOCATION
      ? GST_PAD_PROBE_DROP
      : GST_PAD_PROBE_OK;
}

/* Makes the source pad of the last element (borrowed) the chain's own. Parsers of
 * GStreamer 1.22 store key frame requests without a lock, so requests from downstream's
 * threads must not reach them. */
static void
show_pad (GstLivekitChain *chain, GstElement *last)
{
  static const struct {
    GstPadProbeType type;
    GstLivekitProbe callback;
  } probes[] = {
    { GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, gst_livekit_chain_on_key_frame_event },
    { GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_upstream_event },
    { GST_PAD_PROBE_TYPE_QUERY_UPSTREAM, on_query },
  };
  GstPad *target = gst_element_get_static_pad (last, "src");
  GstPad *pad = gst_ghost_pad_new ("src", target);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (probes); i++)
    gst_livekit_life_add_probe (chain->life, last, "src", probes[i].type, probes[i].callback);
  gst_element_add_pad (chain->bin, pad);
  gst_object_unref (target);
}

static GstElement *
add_last (GstLivekitChain *chain, GstElement *last, const char *factory, GError **error)
{
  GstElement *element = gst_livekit_chain_add (chain, factory, "frames", error);

  if (!element)
    return NULL;
  if (!gst_element_link (last, element)) {
    g_set_error (error, gst_livekit_chain_error_quark (), GST_LIVEKIT_CHAIN_NO_LINK,
        "the decode chain does not link to %s", factory);
    return NULL;
  }
  return gst_object_ref (element);
}

gboolean
gst_livekit_output_add_queue (GstLivekitChain *chain, GstElement *last,
    const GstLivekitChainConfig *config, GError **error)
{
  GstLivekitOutput *output = &chain->output;
  GstPad *pad;

  output->capacity = config->capacity;
  output->queue = add_last (chain, last, "queue", error);
  if (!output->queue)
    return FALSE;
  g_object_set (output->queue, "leaky", 2 /* downstream: the oldest */, "max-size-buffers", 0,
      "max-size-bytes", 0, "max-size-time", (guint64) 0, "silent", TRUE, NULL);
  gst_livekit_life_add_probe (chain->life, output->queue, "sink", GST_PAD_PROBE_TYPE_BUFFER,
      on_frame_in);
  gst_livekit_life_add_probe (chain->life, output->queue, "src", GST_PAD_PROBE_TYPE_BUFFER,
      on_frame_out);
  /* An application has to request another latency query for the pipeline's latency to
   * change. */
  make_room (output, config->latency, GST_CLOCK_TIME_NONE);
  pad = gst_element_get_static_pad (output->queue, "sink");
  gst_livekit_sideband_merge (pad);
  gst_object_unref (pad);
  show_pad (chain, output->queue);
  return TRUE;
}

void
gst_livekit_output_add_source (GstLivekitChain *chain, GstElement *last,
    const GstLivekitChainConfig *config)
{
  GstLivekitOutput *output = &chain->output;
  GstProxyPad *internal;
  GstPad *pad;

  output->source = gst_object_ref (chain->source);
  output->sound_capacity = chain->sound ? config->sound_capacity : GST_CLOCK_TIME_NONE;
  make_room (output, config->latency, GST_CLOCK_TIME_NONE);
  gst_livekit_life_add_probe (chain->life, last, "src", GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM,
      on_query_in);
  show_pad (chain, last);
  pad = gst_element_get_static_pad (chain->bin, "src");
  internal = gst_proxy_pad_get_internal (GST_PROXY_PAD (pad));
  gst_livekit_sideband_merge (GST_PAD (internal));
  gst_object_unref (internal);
  gst_object_unref (pad);
}

/* This thread must not call Go: a thread that Go does not know takes a processor from
 * Go's scheduler, and waking a reader there wakes other threads as well. */
static GstFlowReturn
on_sample (GstAppSink *appsink, gpointer life)
{
  GstLivekitChain *chain = gst_livekit_life_enter (life);

  if (chain) {
    g_atomic_int_inc (&chain->output.arrived);
    eventfd_write (chain->output.arrival, 1);
    gst_livekit_chain_unref (chain);
  }
  return GST_FLOW_OK;
}

static void
on_eos (GstAppSink *appsink, gpointer life)
{
  GstLivekitChain *chain = gst_livekit_life_enter (life);

  if (chain) {
    livekitChainEnded (chain->handle);
    gst_livekit_chain_unref (chain);
  }
}

gboolean
gst_livekit_output_add_appsink (GstLivekitChain *chain, GstElement *last,
    const GstLivekitChainConfig *config, GError **error)
{
  GstAppSinkCallbacks callbacks = { .eos = on_eos, .new_sample = on_sample };
  GstLivekitOutput *output = &chain->output;

  output->capacity = config->capacity;
  output->arrival = config->arrival;
  output->appsink = add_last (chain, last, "appsink", error);
  if (!output->appsink)
    return FALSE;
  g_object_set (output->appsink, "max-buffers", config->capacity, "drop", TRUE, "sync", FALSE,
      "async", FALSE, "enable-last-sample", FALSE, "qos", FALSE, "wait-on-eos", FALSE, NULL);
  gst_app_sink_set_callbacks (GST_APP_SINK (output->appsink), &callbacks,
      gst_livekit_life_ref (chain->life), gst_livekit_life_unref);
  gst_livekit_life_add_probe (chain->life, output->appsink, "sink", GST_PAD_PROBE_TYPE_BUFFER,
      on_frame_in);
  return TRUE;
}

static gsize
plane_size (const GstVideoFrame *video, guint plane)
{
  gint component[GST_VIDEO_MAX_COMPONENTS], rows, row;

  gst_video_format_info_component (video->info.finfo, plane, component);
  rows = GST_VIDEO_FRAME_COMP_HEIGHT (video, component[0]);
  row = GST_VIDEO_FRAME_COMP_WIDTH (video, component[0]) *
      GST_VIDEO_FRAME_COMP_PSTRIDE (video, component[0]);
  /* The buffer may end with the pixels of the last row, without its padding. */
  return (gsize) GST_VIDEO_FRAME_PLANE_STRIDE (video, plane) * (rows - 1) + row;
}

/* Caps are only parsed when they change, which is rare. */
static gboolean
read_caps (GstLivekitOutput *output, GstCaps *caps)
{
  if (caps && caps == output->caps)
    return TRUE;
  gst_caps_replace (&output->caps, NULL);
  if (!caps || !gst_video_info_from_caps (&output->info, caps))
    return FALSE;
  gst_caps_replace (&output->caps, caps);
  return TRUE;
}

static GstLivekitFrame *
map_frame (GstLivekitOutput *output, GstSample *sample)
{
  GstBuffer *buffer = gst_sample_get_buffer (sample);
  GstLivekitFrame *frame;
  guint i;

  if (!read_caps (output, gst_sample_get_caps (sample)))
    return NULL;
  frame = g_new0 (GstLivekitFrame, 1);
  /* The mapped frame holds its own reference on the buffer. */
  if (!gst_video_frame_map (&frame->video, &output->info, buffer, GST_MAP_READ)) {
    g_free (frame);
    return NULL;
  }
  frame->pts = GST_BUFFER_PTS (buffer);
  frame->n_planes = GST_VIDEO_FRAME_N_PLANES (&frame->video);
  for (i = 0; i < frame->n_planes; i++)
    frame->plane_size[i] = plane_size (&frame->video, i);
  return frame;
}

GstLivekitFrame *
gst_livekit_output_pull (GstLivekitOutput *output)
{
  GstSample *sample;
  GstLivekitFrame *frame = NULL;

  while (!frame && (sample = gst_app_sink_try_pull_sample (GST_APP_SINK (output->appsink), 0))) {
    count_out (output);
    frame = map_frame (output, sample);
    if (!frame)
      GST_ERROR_OBJECT (output->appsink, "cannot map %" GST_PTR_FORMAT, sample);
    gst_sample_unref (sample);
  }
  return frame;
}

void
gst_livekit_frame_free (GstLivekitFrame *frame)
{
  gst_video_frame_unmap (&frame->video);
  g_free (frame);
}

void
gst_livekit_output_gap (GstLivekitOutput *output, GstEvent *event)
{
  GstPad *pad;

  if (output->source) {
    gst_livekit_source_push_event (output->source, event);
    return;
  }
  pad = gst_element_get_static_pad (output->queue, "sink");
  gst_pad_send_event (pad, event);
  gst_object_unref (pad);
}

guint
gst_livekit_output_early (GstLivekitOutput *output)
{
  guint early;

  g_mutex_lock (&output->lock);
  early = output->early;
  g_mutex_unlock (&output->lock);
  return early;
}

guint64
gst_livekit_output_dropped (GstLivekitOutput *output)
{
  guint64 gone;
  guint kept = 0;

  if (output->queue)
    g_object_get (output->queue, "current-level-buffers", &kept, NULL);
  g_mutex_lock (&output->lock);
  gone = output->in - output->out;
  if (output->appsink)
    gone = output->overwritten;
  g_mutex_unlock (&output->lock);
  return gone > kept ? gone - kept : 0;
}

void
gst_livekit_output_clear (GstLivekitOutput *output)
{
  g_clear_object (&output->queue);
  g_clear_object (&output->source);
  g_clear_object (&output->appsink);
  gst_caps_replace (&output->caps, NULL);
  g_mutex_clear (&output->lock);
}
