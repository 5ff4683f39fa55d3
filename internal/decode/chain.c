#include "chain.h"

#include "alpha.h"
#include "decoder.h"
#include "debug.h"
#include "output.h"
#include "sideband.h"
#include "timing.h"
#include "_cgo_export.h"

#include <gst/app/app.h>

#define GST_CAT_DEFAULT gst_livekit_decode_debug

GstDebugCategory *gst_livekit_decode_debug;

struct _GstLivekitChain {
  GstElement *bin;     /* owned: everything below lives in it */
  GstAppSrc *appsrc;   /* borrowed from bin */
  GstElement *decoder; /* borrowed from bin */
  gchar *stream_id;
  GstBin *parent; /* owned: the element, or our own pipeline */
  GstPad *ghost;  /* owned: the element's pad, or NULL */
  GstLivekitOutput output;
  GstLivekitTiming timing;     /* only used by the one goroutine that pushes */
  GstLivekitSideband sideband; /* as timing */
  gint decoded;                /* atomic: frames out of the decoder */
  uintptr_t handle;
};

G_DEFINE_QUARK (gst-livekit-chain-error, gst_livekit_chain_error)

static gpointer
init_once (gpointer data)
{
  GST_DEBUG_CATEGORY_INIT (gst_livekit_decode_debug, "livekitdecode", 0,
      "LiveKit track to raw video");
  gst_livekit_sideband_register ();
  return data;
}

gboolean
gst_livekit_init (GError **error)
{
  static GOnce once = G_ONCE_INIT;

  if (!gst_is_initialized () && !gst_init_check (NULL, NULL, error))
    return FALSE;
  g_once (&once, init_once, NULL);
  return TRUE;
}

/* Everything that goes upstream ends here, in front of the network: a key frame
 * wanted by a decoder or an encoder becomes a PLI. */
static GstPadProbeReturn
on_upstream_event (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstLivekitChain *chain = data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);

  if (!gst_video_event_is_force_key_unit (event))
    return GST_PAD_PROBE_OK;
  GST_DEBUG_OBJECT (pad, "key frame wanted from downstream");
  livekitDecodeKeyFrameWanted (chain->handle);
  gst_event_unref (event);
  return GST_PAD_PROBE_HANDLED;
}

/* appsrc invents a random stream id; ours is stable for the track. */
static GstPadProbeReturn
on_stream_start (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstLivekitChain *chain = data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info), *ours;
  guint group = 0;

  if (GST_EVENT_TYPE (event) != GST_EVENT_STREAM_START)
    return GST_PAD_PROBE_OK;
  ours = gst_event_new_stream_start (chain->stream_id);
  if (gst_event_parse_group_id (event, &group))
    gst_event_set_group_id (ours, group);
  gst_event_set_seqnum (ours, gst_event_get_seqnum (event));
  gst_event_unref (event);
  GST_PAD_PROBE_INFO_DATA (info) = ours;
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_decoded (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  g_atomic_int_inc (&((GstLivekitChain *) data)->decoded);
  return GST_PAD_PROBE_OK;
}

static void
add_probe (GstElement *element, GstPadProbeType type, GstPadProbeCallback callback, gpointer data)
{
  GstPad *pad = gst_element_get_static_pad (element, "src");

  gst_pad_add_probe (pad, type, callback, data, NULL);
  gst_object_unref (pad);
}

static GstElement *
add_element (GstLivekitChain *chain, const char *factory, const char *name, GError **error)
{
  GstElement *element = gst_element_factory_make (factory, name);

  if (!element) {
    g_set_error (error, gst_livekit_chain_error_quark (), GST_LIVEKIT_CHAIN_NO_ELEMENT,
        "GStreamer element \"%s\" is not installed", factory);
    return NULL;
  }
  gst_bin_add (GST_BIN (chain->bin), element);
  return element;
}

static void
watch_sideband (GstElement *appsrc)
{
  GstPad *pad = gst_element_get_static_pad (appsrc, "src");

  gst_livekit_sideband_watch (pad);
  gst_object_unref (pad);
}

static gboolean
add_appsrc (GstLivekitChain *chain, GstCaps *caps, guint64 latency, GError **error)
{
  GstElement *appsrc = add_element (chain, "appsrc", "access-units", error);

  if (!appsrc)
    return FALSE;
  chain->appsrc = GST_APP_SRC (appsrc);
  g_object_set (appsrc, "caps", caps, "format", GST_FORMAT_TIME, "is-live", TRUE, "max-bytes",
      (guint64) 0, "min-latency", (gint64) latency, "emit-signals", FALSE, NULL);
  add_probe (appsrc, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_upstream_event, chain);
  add_probe (appsrc, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_stream_start, chain);
  watch_sideband (appsrc);
  return TRUE;
}

static gboolean
add_decoder (GstLivekitChain *chain, GstCaps *caps, GError **error)
{
  chain->decoder = gst_livekit_decoder_new (caps);
  if (!chain->decoder) {
    g_set_error (error, gst_livekit_chain_error_quark (), GST_LIVEKIT_CHAIN_NO_DECODER,
        "no installed GStreamer decoder takes %s",
        gst_structure_get_name (gst_caps_get_structure (caps, 0)));
    return FALSE;
  }
  gst_bin_add (GST_BIN (chain->bin), chain->decoder);
  add_probe (chain->decoder, GST_PAD_PROBE_TYPE_BUFFER, on_decoded, chain);
  return TRUE;
}

static GstCaps *
output_caps (const GstLivekitChainConfig *config)
{
  GstCaps *caps = gst_caps_from_string (config->raw_caps);

  if (config->format)
    gst_caps_set_simple (caps, "format", G_TYPE_STRING, config->format, NULL);
  return caps;
}

static gboolean
link_decode (GstLivekitChain *chain, GstCaps *caps, const GstLivekitChainConfig *config,
    GstElement **last, GError **error)
{
  GstElement *convert, *filter, *parser;
  GstCaps *raw;
  gboolean linked;

  parser = gst_livekit_parser_new (caps);
  if (parser)
    gst_bin_add (GST_BIN (chain->bin), parser);
  convert = add_element (chain, "videoconvert", "convert", error);
  filter = convert ? add_element (chain, "capsfilter", "format", error) : NULL;
  if (!filter)
    return FALSE;
  gst_livekit_make_opaque (convert);
  raw = output_caps (config);
  g_object_set (filter, "caps", raw, NULL);
  gst_caps_unref (raw);

  linked = parser
      ? gst_element_link_many (GST_ELEMENT (chain->appsrc), parser, chain->decoder, convert, filter,
            NULL)
      : gst_element_link_many (GST_ELEMENT (chain->appsrc), chain->decoder, convert, filter, NULL);
  if (!linked)
    g_set_error (error, gst_livekit_chain_error_quark (), GST_LIVEKIT_CHAIN_NO_LINK,
        "%s does not link to %s", GST_OBJECT_NAME (chain->decoder), "videoconvert");
  *last = filter;
  return linked;
}

static gboolean
build (GstLivekitChain *chain, const GstLivekitChainConfig *config, GError **error)
{
  GstCaps *caps = gst_caps_from_string (config->encoded_caps);
  GstElement *last = NULL;
  gboolean ok;

  ok = add_appsrc (chain, caps, config->latency, error) && add_decoder (chain, caps, error) &&
      link_decode (chain, caps, config, &last, error);
  gst_caps_unref (caps);
  if (!ok)
    return FALSE;
  if (chain->ghost)
    return gst_livekit_output_add_pad (&chain->output, GST_BIN (chain->bin), last, config, error);
  return gst_livekit_output_add_appsink (&chain->output, GST_BIN (chain->bin), last, config, error);
}

static GstBusSyncReply
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  GstLivekitChain *chain = data;
  GError *error = NULL;
  gchar *debug = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, &debug);
    livekitDecodeError (chain->handle, error->message, debug ? debug : (gchar *) "");
    g_clear_error (&error);
    g_free (debug);
  }
  gst_message_unref (message);
  return GST_BUS_DROP;
}

/* A Go program has no pipeline: the chain brings its own. */
static void
own_pipeline (GstLivekitChain *chain)
{
  GstBus *bus;

  chain->parent = GST_BIN (gst_object_ref_sink (gst_pipeline_new (NULL)));
  bus = gst_element_get_bus (GST_ELEMENT (chain->parent));
  gst_bus_set_sync_handler (bus, on_message, chain, NULL);
  gst_object_unref (bus);
}

static gboolean
start (GstLivekitChain *chain, GError **error)
{
  gboolean ok;

  gst_bin_add (chain->parent, chain->bin);
  if (chain->ghost) {
    GstPad *src = gst_element_get_static_pad (chain->bin, "src");

    ok = gst_ghost_pad_set_target (GST_GHOST_PAD (chain->ghost), src) &&
        gst_element_sync_state_with_parent (chain->bin);
    gst_object_unref (src);
  } else {
    ok = gst_element_set_state (GST_ELEMENT (chain->parent), GST_STATE_PLAYING) !=
        GST_STATE_CHANGE_FAILURE;
  }
  if (!ok)
    g_set_error (error, gst_livekit_chain_error_quark (), GST_LIVEKIT_CHAIN_NO_LINK,
        "the decode chain did not start");
  return ok;
}

void
gst_livekit_chain_preload (const char *encoded_caps)
{
  GstCaps *caps = gst_caps_from_string (encoded_caps);

  gst_livekit_decoder_preload (caps);
  gst_caps_unref (caps);
}

GstLivekitChain *
gst_livekit_chain_new (const GstLivekitChainConfig *config, GError **error)
{
  GstLivekitChain *chain;

  if (!gst_livekit_init (error))
    return NULL;
  chain = g_new0 (GstLivekitChain, 1);
  chain->handle = config->handle;
  chain->stream_id = g_strdup (config->stream_id);
  chain->bin = gst_object_ref_sink (gst_bin_new (NULL));
  gst_livekit_timing_reset (&chain->timing);
  gst_livekit_output_init (&chain->output);
  gst_livekit_sideband_init (&chain->sideband);
  if (config->ghost) {
    chain->ghost = gst_object_ref (config->ghost);
    chain->parent = gst_object_ref (config->parent);
  } else {
    own_pipeline (chain);
  }

  if (!build (chain, config, error) || !start (chain, error)) {
    gst_livekit_chain_stop (chain);
    gst_livekit_chain_free (chain);
    return NULL;
  }
  GST_INFO_OBJECT (chain->bin, "decoding with %" GST_PTR_FORMAT, chain->decoder);
  return chain;
}

void
gst_livekit_chain_stop (GstLivekitChain *chain)
{
  if (chain->ghost)
    gst_ghost_pad_set_target (GST_GHOST_PAD (chain->ghost), NULL);
  else
    gst_element_set_state (GST_ELEMENT (chain->parent), GST_STATE_NULL);
  gst_element_set_locked_state (chain->bin, TRUE);
  gst_element_set_state (chain->bin, GST_STATE_NULL);
  if (GST_OBJECT_PARENT (chain->bin) == GST_OBJECT (chain->parent))
    gst_bin_remove (chain->parent, chain->bin);
  if (!chain->ghost) {
    GstBus *bus = gst_element_get_bus (GST_ELEMENT (chain->parent));

    gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
    gst_object_unref (bus);
  }
}

void
gst_livekit_chain_free (GstLivekitChain *chain)
{
  gst_livekit_output_clear (&chain->output);
  gst_livekit_sideband_clear (&chain->sideband);
  g_clear_pointer (&chain->bin, gst_object_unref);
  g_clear_object (&chain->ghost);
  g_clear_object (&chain->parent);
  g_free (chain->stream_id);
  g_free (chain);
}

static GstLivekitPushResult
push (GstLivekitChain *chain, const void *data, gsize size, const GstLivekitUnit *unit,
    guint64 *pts)
{
  GstBuffer *buffer;

  if (gst_app_src_get_current_level_buffers (chain->appsrc) >= GST_LIVEKIT_CHAIN_MAX_BACKLOG)
    return GST_LIVEKIT_PUSH_FULL;
  if (!gst_livekit_timing_pts (&chain->timing, GST_ELEMENT (chain->parent), unit->due, pts))
    return GST_LIVEKIT_PUSH_STOPPED;

  buffer = gst_buffer_new_memdup (data, size);
  GST_BUFFER_PTS (buffer) = GST_BUFFER_DTS (buffer) = *pts;
  if (!unit->key_frame)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  if (unit->discont)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  gst_livekit_sideband_attach (&chain->sideband, buffer, unit);
  if (gst_app_src_push_buffer (chain->appsrc, buffer) != GST_FLOW_OK)
    return GST_LIVEKIT_PUSH_STOPPED;
  return GST_LIVEKIT_PUSH_OK;
}

GstLivekitPushResult
gst_livekit_chain_push (GstLivekitChain *chain, const void *data, gsize size,
    const GstLivekitUnit *unit, guint64 *pts)
{
  GstLivekitPushResult result = push (chain, data, size, unit, pts);

  /* What was attached to a unit that was not taken belongs to no other. */
  gst_livekit_sideband_forget_frame (&chain->sideband);
  return result;
}

void
gst_livekit_chain_describe (GstLivekitChain *chain, const GstLivekitFrameMetadata *metadata,
    const void *user_data, gsize size)
{
  gst_livekit_sideband_set_frame (&chain->sideband, metadata, user_data, size);
}

void
gst_livekit_chain_set_title (GstLivekitChain *chain, const char *title)
{
  gst_livekit_sideband_set_title (&chain->sideband, title);
}

void
gst_livekit_chain_gap (GstLivekitChain *chain, gint64 from, gint64 to)
{
  GstElement *parent = GST_ELEMENT (chain->parent);
  guint64 start, end;

  if (gst_livekit_timing_pts (&chain->timing, parent, from, &start) &&
      gst_livekit_timing_pts (&chain->timing, parent, to, &end))
    gst_livekit_output_gap (&chain->output, gst_event_new_gap (start, end - start));
}

void
gst_livekit_chain_end (GstLivekitChain *chain)
{
  gst_app_src_end_of_stream (chain->appsrc);
}

void
gst_livekit_chain_set_latency (GstLivekitChain *chain, guint64 latency)
{
  g_object_set (chain->appsrc, "min-latency", (gint64) latency, NULL);
  gst_element_post_message (GST_ELEMENT (chain->bin),
      gst_message_new_latency (GST_OBJECT (chain->bin)));
}

const char *
gst_livekit_chain_decoder (GstLivekitChain *chain)
{
  return GST_OBJECT_NAME (gst_element_get_factory (chain->decoder));
}

GstLivekitFrame *
gst_livekit_chain_pull (GstLivekitChain *chain)
{
  return gst_livekit_output_pull (&chain->output);
}

void
gst_livekit_chain_counts (GstLivekitChain *chain, guint64 *decoded, guint64 *dropped)
{
  *decoded = (guint) g_atomic_int_get (&chain->decoded);
  *dropped = gst_livekit_output_dropped (&chain->output);
}
