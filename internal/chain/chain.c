#include "private.h"

#include "alpha.h"
#include "bin.h"
#include "colour.h"
#include "decoder.h"
#include "debug.h"
#include "hold.h"
#include "size.h"
#include "want.h"
#include "_cgo_export.h"

#define GST_CAT_DEFAULT gst_livekit_chain_debug

GstDebugCategory *gst_livekit_chain_debug;

G_DEFINE_QUARK (gst-livekit-chain-error, gst_livekit_chain_error)

static gpointer
init_once (gpointer data)
{
  GST_DEBUG_CATEGORY_INIT (gst_livekit_chain_debug, "livekitdecode", 0,
      "LiveKit track to raw video");
  gst_livekit_sideband_register ();
  return data;
}

gboolean
gst_livekit_init (GError **error)
{
  static GOnce once = G_ONCE_INIT;

  /* gst_is_initialized () is true while another thread still reads the registry;
   * this waits for it, and otherwise does nothing the second time. */
  if (!gst_init_check (NULL, NULL, error))
    return FALSE;
  g_once (&once, init_once, NULL);
  return TRUE;
}

gboolean
gst_livekit_chain_has_failed (GstLivekitChain *chain)
{
  gboolean failed;

  g_mutex_lock (&chain->lock);
  failed = chain->failed;
  g_mutex_unlock (&chain->lock);
  return failed;
}

static void
add_probe (GstLivekitChain *chain, GstElement *element, GstPadProbeType type,
    GstPadProbeCallback callback)
{
  GstPad *pad = gst_element_get_static_pad (element, "src");

  gst_livekit_life_add_probe (chain->life, pad, type, callback);
  gst_object_unref (pad);
}

static void
hold_wrong_size (GstLivekitChain *chain, GstElement *element, GstClockTime patience)
{
  GstPad *pad = gst_element_get_static_pad (element, "src");

  gst_livekit_hold_install (pad, chain->life, patience);
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
  /* What the decoder wants; see output.c for those downstream. */
  add_probe (chain, appsrc, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM,
      gst_livekit_chain_on_key_frame_event);
  add_probe (chain, appsrc, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
      gst_livekit_chain_on_downstream_event);
  if (chain->ghost)
    watch_sideband (appsrc);
  add_probe (chain, appsrc, GST_PAD_PROBE_TYPE_BUFFER, gst_livekit_chain_on_unit); /* behind tags */
  return TRUE;
}

static gboolean
add_decoder (GstLivekitChain *chain, GstCaps *caps, GError **error)
{
  chain->encoded = gst_caps_ref (caps);
  chain->decoder = gst_livekit_decoder_new (caps, (const char *const *) chain->bad,
      gst_livekit_chain_decoder_failed, chain);
  if (!chain->decoder) {
    g_set_error (error, gst_livekit_chain_error_quark (), GST_LIVEKIT_CHAIN_NO_DECODER,
        "no installed GStreamer decoder takes %s",
        gst_structure_get_name (gst_caps_get_structure (caps, 0)));
    return FALSE;
  }
  gst_bin_add (GST_BIN (chain->bin), chain->decoder);
  add_probe (chain, chain->decoder, GST_PAD_PROBE_TYPE_BUFFER, gst_livekit_chain_on_decoded);
  add_probe (chain, chain->decoder, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
      gst_livekit_chain_on_sized_event);
  return TRUE;
}

static gboolean
link_decode (GstLivekitChain *chain, GstCaps *caps, const GstLivekitChainConfig *config,
    GstElement **last, GError **error)
{
  GstElement *convert, *filter, *parser;
  gboolean linked;

  chain->parser = parser = gst_livekit_parser_new (caps, chain->decoder);
  if (parser)
    gst_bin_add (GST_BIN (chain->bin), parser);
  else if (gst_livekit_parser_for (caps))
    chain->sizeless = gst_caps_ref (caps); /* its decoder's threads follow the size */
  /* Downstream of a pad may ask for a size that no simulcast layer has. */
  chain->scales = gst_livekit_chain_should_scale (chain);
  convert =
      add_element (chain, chain->scales ? "videoconvertscale" : "videoconvert", "convert", error);
  filter = convert ? add_element (chain, "capsfilter", "format", error) : NULL;
  if (!filter)
    return FALSE;
  gst_livekit_make_opaque (convert);
  chain->filter = filter;
  gst_livekit_chain_set_output_caps (chain);

  linked = parser
      ? gst_element_link_many (GST_ELEMENT (chain->appsrc), parser, chain->decoder, convert, filter,
            NULL)
      : gst_element_link_many (GST_ELEMENT (chain->appsrc), chain->decoder, convert, filter, NULL);
  if (!linked)
    g_set_error (error, gst_livekit_chain_error_quark (), GST_LIVEKIT_CHAIN_NO_LINK,
        "%s does not link to %s", GST_OBJECT_NAME (chain->decoder), GST_OBJECT_NAME (convert));
  chain->last = *last = filter;
  return linked;
}

static gboolean
build_raw (GstLivekitChain *chain, const GstLivekitChainConfig *config, GError **error)
{
  GstCaps *caps = gst_caps_from_string (config->encoded_caps);
  GstElement *last = NULL;
  gboolean ok;

  chain->raw = gst_caps_from_string (config->raw_caps);
  chain->open = !config->format;
  if (config->format)
    gst_caps_set_simple (chain->raw, "format", G_TYPE_STRING, config->format, NULL);
  ok = add_appsrc (chain, caps, config->latency, error) && add_decoder (chain, caps, error) &&
      link_decode (chain, caps, config, &last, error);
  gst_caps_unref (caps);
  if (!ok)
    return FALSE;
  if (chain->ghost)
    return gst_livekit_output_add_pad (chain, last, config, FALSE, error);
  return gst_livekit_output_add_appsink (chain, last, config, error);
}

/* A parser tells downstream what it needs to know, and gives the stream the form
 * that downstream wants it in. Sizes that are known without it come first: vp9parse
 * takes that of a picture's lowest layer. What has no parser gets its caps with the
 * first size. */
static gboolean
build_untouched (GstLivekitChain *chain, const GstLivekitChainConfig *config, GError **error)
{
  GstCaps *caps = gst_caps_from_string (config->untouched_caps);
  const char *factory = gst_livekit_parser_for (caps);
  GstElement *last = NULL;

  if (add_appsrc (chain, factory ? caps : NULL, config->latency, error))
    last = GST_ELEMENT (chain->appsrc);
  chain->sizeless = caps;
  if (last && factory) {
    chain->parser = last = add_element (chain, factory, "parser", error);
    if (last)
      gst_element_link (GST_ELEMENT (chain->appsrc), last);
  }
  chain->last = last;
  if (last) {
    add_probe (chain, last, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, gst_livekit_chain_on_sized_event);
    add_probe (chain, last, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
        gst_livekit_chain_on_untouched_event);
    hold_wrong_size (chain, last, config->patience);
  }
  return last && gst_livekit_output_add_pad (chain, last, config, TRUE, error);
}

static gboolean
build (GstLivekitChain *chain, const GstLivekitChainConfig *config, GError **error)
{
  GstLivekitWant want = GST_LIVEKIT_WANT_RAW;
  const char *complaint;

  if (chain->ghost && !config->format)
    want = gst_livekit_want (chain->ghost, chain->media_type);
  if (chain->ghost &&
      (complaint = gst_livekit_want_complaint (chain->ghost, chain->media_type, want))) {
    g_set_error_literal (error, gst_livekit_chain_error_quark (), GST_LIVEKIT_CHAIN_UNSUITABLE,
        complaint);
    return FALSE;
  }
  switch (want) {
    case GST_LIVEKIT_WANT_RAW:
      return build_raw (chain, config, error);
    case GST_LIVEKIT_WANT_UNTOUCHED:
      return build_untouched (chain, config, error);
    case GST_LIVEKIT_WANT_NEITHER:
      break;
  }
  g_set_error (error, gst_livekit_chain_error_quark (), GST_LIVEKIT_CHAIN_NOT_WANTED,
      "the next element takes neither the stream (%s) nor raw video", chain->media_type);
  return FALSE;
}

static GstBusSyncReply
on_message (GstBus *bus, GstMessage *message, gpointer life)
{
  GstLivekitChain *chain = gst_livekit_life_enter (life);

  if (chain) {
    gst_livekit_chain_report (chain, message);
    gst_livekit_chain_unref (chain);
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
  gst_bus_set_sync_handler (bus, on_message, gst_livekit_life_ref (chain->life),
      gst_livekit_life_unref);
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

static gchar *
media_type (const char *text)
{
  GstCaps *caps = gst_caps_from_string (text);
  gchar *name = g_strdup (gst_structure_get_name (gst_caps_get_structure (caps, 0)));

  gst_caps_unref (caps);
  return name;
}

GstLivekitChain *
gst_livekit_chain_new (const GstLivekitChainConfig *config, GError **error)
{
  GstLivekitChain *chain;

  if (!gst_livekit_init (error)) {
    livekitChainFreed (config->handle);
    return NULL;
  }
  chain = g_new0 (GstLivekitChain, 1);
  chain->refs = 1;
  chain->life = gst_livekit_life_new (chain);
  chain->handle = config->handle;
  chain->stream_id = g_strdup (config->stream_id);
  chain->media_type = media_type (config->encoded_caps);
  chain->bad = g_strdupv ((gchar **) config->bad);
  g_mutex_init (&chain->lock);
  chain->bin = gst_object_ref_sink (gst_livekit_bin_new ("track", chain->life));
  gst_livekit_timing_reset (&chain->timing, config->after);
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
  /* Downstream may have changed since it was asked. */
  g_atomic_int_set (&chain->gate.reconfigured, chain->ghost != NULL);
  GST_INFO_OBJECT (chain->bin, "decoding with %" GST_PTR_FORMAT, chain->decoder);
  return chain;
}

static void
set_failed (GstLivekitChain *chain)
{
  g_mutex_lock (&chain->lock);
  chain->failed = TRUE;
  g_mutex_unlock (&chain->lock);
}

/* The elements stop while they are still linked: a streaming thread would take a
 * missing link for an error, which it posts. What fails nevertheless, because the
 * element behind it has stopped, is no error and ends no stream. */
void
gst_livekit_chain_stop (GstLivekitChain *chain)
{
  set_failed (chain);
  if (!chain->ghost)
    gst_element_set_state (GST_ELEMENT (chain->parent), GST_STATE_NULL);
  gst_element_set_locked_state (chain->bin, TRUE);
  gst_element_set_state (chain->bin, GST_STATE_NULL);
  if (chain->ghost)
    gst_ghost_pad_set_target (GST_GHOST_PAD (chain->ghost), NULL);
  if (GST_OBJECT_PARENT (chain->bin) == GST_OBJECT (chain->parent))
    gst_bin_remove (chain->parent, chain->bin);
  if (!chain->ghost) {
    GstBus *bus = gst_element_get_bus (GST_ELEMENT (chain->parent));

    gst_bus_set_sync_handler (bus, NULL, NULL, NULL);
    gst_object_unref (bus);
  }
  gst_livekit_life_end (chain->life);
}

static void
free_chain (GstLivekitChain *chain)
{
  livekitChainFreed (chain->handle);
  gst_livekit_output_clear (&chain->output);
  gst_livekit_sideband_clear (&chain->sideband);
  g_clear_pointer (&chain->bin, gst_object_unref);
  g_clear_object (&chain->ghost);
  g_clear_object (&chain->parent);
  gst_clear_caps (&chain->encoded);
  gst_clear_caps (&chain->sizeless);
  gst_clear_caps (&chain->raw);
  g_mutex_clear (&chain->lock);
  g_strfreev (chain->bad);
  g_free (chain->media_type);
  g_free (chain->colorimetry);
  g_free (chain->stream_id);
  gst_livekit_life_unref (chain->life);
  g_free (chain);
}

GstLivekitChain *
gst_livekit_chain_ref (GstLivekitChain *chain)
{
  g_atomic_int_inc (&chain->refs);
  return chain;
}

void
gst_livekit_chain_unref (GstLivekitChain *chain)
{
  if (g_atomic_int_dec_and_test (&chain->refs))
    free_chain (chain);
}

void
gst_livekit_chain_free (GstLivekitChain *chain)
{
  gst_livekit_chain_unref (chain);
}

static void
describe_units (GstLivekitChain *chain)
{
  GstCaps *caps = gst_caps_copy (chain->sizeless);

  if (chain->width > 0)
    gst_caps_set_simple (caps, "width", G_TYPE_INT, chain->width, "height", G_TYPE_INT,
        chain->height, NULL);
  if (chain->colorimetry)
    gst_caps_set_simple (caps, "colorimetry", G_TYPE_STRING, chain->colorimetry, NULL);
  gst_app_src_set_caps (chain->appsrc, caps);
  gst_caps_unref (caps);
}

void
gst_livekit_chain_set_size (GstLivekitChain *chain, guint width, guint height)
{
  if (!chain->sizeless || (chain->width == width && chain->height == height))
    return;
  chain->width = width;
  chain->height = height;
  describe_units (chain);
}

/* libvpx's decoder does not tell what it reads of colours, and has no parser. */
static void
read_colours (GstLivekitChain *chain, const void *data, gsize size)
{
  gchar *colorimetry;

  if (!chain->decoder || !chain->sizeless)
    return;
  colorimetry = gst_livekit_colour_of_vp9 (data, size);
  if (g_strcmp0 (colorimetry, chain->colorimetry) == 0) {
    g_free (colorimetry);
    return;
  }
  g_free (chain->colorimetry);
  chain->colorimetry = colorimetry;
  describe_units (chain);
}

static GstLivekitPushResult
push (GstLivekitChain *chain, const void *data, gsize size, const GstLivekitUnit *unit,
    guint64 *pts, gint64 *behind)
{
  GstBuffer *buffer;
  guint64 dts;

  *behind = 0;
  if (gst_livekit_chain_outdated (chain))
    return GST_LIVEKIT_PUSH_OUTDATED;
  if (!gst_livekit_chain_has_room (chain, unit, size, behind))
    return GST_LIVEKIT_PUSH_FULL;
  if (!gst_livekit_timing_unit (&chain->timing, GST_ELEMENT (chain->parent), unit->due,
          unit->decode, pts, &dts))
    return GST_LIVEKIT_PUSH_STOPPED;

  if (unit->outruns)
    gst_livekit_chain_outrun (chain, dts);
  if (unit->key_frame)
    read_colours (chain, data, size);
  buffer = gst_buffer_new_memdup (data, size);
  GST_BUFFER_PTS (buffer) = *pts;
  GST_BUFFER_DTS (buffer) = dts;
  if (!unit->key_frame)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  if (unit->discont) {
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
    if (chain->decoder)
      gst_livekit_chain_note_discont (chain, *pts);
  }
  if (chain->ghost)
    gst_livekit_sideband_attach (&chain->sideband, buffer, unit);
  if (gst_app_src_push_buffer (chain->appsrc, buffer) != GST_FLOW_OK)
    return GST_LIVEKIT_PUSH_STOPPED;
  chain->taken[chain->n_taken++ % G_N_ELEMENTS (chain->taken)] =
      g_get_monotonic_time () * GST_USECOND;
  return GST_LIVEKIT_PUSH_OK;
}

GstLivekitPushResult
gst_livekit_chain_push (GstLivekitChain *chain, const void *data, gsize size,
    const GstLivekitUnit *unit, GstLivekitFrame *returned, guint64 *pts, gint64 *behind)
{
  GstLivekitPushResult result;

  if (returned)
    gst_livekit_frame_free (returned);
  result = push (chain, data, size, unit, pts, behind);
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

  if (gst_livekit_timing_gap (&chain->timing, parent, from, to, &start, &end))
    gst_livekit_output_gap (&chain->output, gst_event_new_gap (start, end - start));
}

gboolean
gst_livekit_chain_end (GstLivekitChain *chain)
{
  gboolean failed;

  g_mutex_lock (&chain->lock);
  chain->ended = TRUE;
  failed = chain->failed;
  g_mutex_unlock (&chain->lock);
  if (!failed)
    gst_app_src_end_of_stream (chain->appsrc);
  return !failed;
}

/* appsrc would tell the pipeline too: its message is taken. */
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
  if (!chain->decoder)
    return NULL;
  return GST_OBJECT_NAME (gst_element_get_factory (chain->decoder));
}

GstLivekitFrame *
gst_livekit_chain_pull (GstLivekitChain *chain, GstLivekitFrame *returned)
{
  if (returned)
    gst_livekit_frame_free (returned);
  return gst_livekit_output_pull (&chain->output);
}

const gint *
gst_livekit_chain_arrived (GstLivekitChain *chain)
{
  return &chain->output.arrived;
}

void
gst_livekit_chain_counts (GstLivekitChain *chain, guint64 *decoded, guint64 *dropped)
{
  *decoded = (guint) g_atomic_int_get (&chain->decoded);
  *dropped = gst_livekit_output_dropped (&chain->output);
}
