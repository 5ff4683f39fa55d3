#include "private.h"

#include "bin.h"
#include "debug.h"
#include "video_decoder.h"
#include "_cgo_export.h"

#define GST_CAT_DEFAULT gst_livekit_chain_debug

GstDebugCategory *gst_livekit_chain_debug;

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

  /* gst_is_initialized () returns TRUE while another thread still reads the registry.
   * This waits for that thread; a second call does nothing. */
  if (!gst_init_check (NULL, NULL, error))
    return FALSE;
  g_once (&once, init_once, NULL);
  return TRUE;
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

/* A Go program has no pipeline, so the chain creates one. */
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

    gst_livekit_chain_install_gate (chain);
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
  gst_clear_caps (&chain->sound);
  gst_clear_caps (&chain->raw);
  g_mutex_clear (&chain->lock);
  g_strfreev (chain->bad);
  g_free (chain->media_type);
  g_free (chain->stream_id);
  gst_livekit_life_unref (chain->life);
  g_free (chain);
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
  chain->free = free_chain;
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
    chain->downstream = gst_livekit_downstream_of (chain->ghost);
    chain->parent = gst_object_ref (config->parent);
  } else {
    own_pipeline (chain);
  }

  if (!gst_livekit_chain_build (chain, config, error) || !start (chain, error)) {
    gst_livekit_chain_stop (chain);
    gst_livekit_chain_unref (chain);
    return NULL;
  }
  gst_livekit_chain_follow_downstream (chain);
  GST_INFO_OBJECT (chain->bin, "decoding with %" GST_PTR_FORMAT, chain->decoder);
  return chain;
}

/* The elements are stopped while they are still linked, because a streaming thread
 * would post an error about a missing link. An error that is posted because the next
 * element has stopped already is ignored. */
void
gst_livekit_chain_stop (GstLivekitChain *chain)
{
  gst_livekit_chain_set_failed (chain);
  if (!chain->ghost)
    gst_element_set_state (GST_ELEMENT (chain->parent), GST_STATE_NULL);
  gst_element_set_locked_state (chain->bin, TRUE);
  gst_element_set_state (chain->bin, GST_STATE_NULL);
  gst_livekit_chain_remove_gate (chain);
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
describe_units (GstLivekitChain *chain)
{
  static const GstVideoColorimetry untold;
  GstCaps *caps = gst_caps_copy (chain->sizeless);

  if (chain->width > 0)
    gst_caps_set_simple (caps, "width", G_TYPE_INT, chain->width, "height", G_TYPE_INT,
        chain->height, NULL);
  if (!gst_video_colorimetry_is_equal (&chain->colorimetry, &untold)) {
    gchar *text = gst_video_colorimetry_to_string (&chain->colorimetry);

    gst_caps_set_simple (caps, "colorimetry", G_TYPE_STRING, text, NULL);
    g_free (text);
  }
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

/* libvpx's decoder does not report the colorimetry that it reads, and has no parser. */
static void
set_colours (GstLivekitChain *chain, const GstVideoColorimetry *told)
{
  if (!chain->decoder || !chain->sizeless ||
      gst_video_colorimetry_is_equal (told, &chain->colorimetry))
    return;
  chain->colorimetry = *told;
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
    set_colours (chain, &unit->colorimetry);
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
  /* Metadata of a unit that was refused must not be attached to another one. */
  gst_livekit_sideband_forget_frame (&chain->sideband);
  return result;
}

GstLivekitPushResult
gst_livekit_chain_push_sound (GstLivekitChain *chain, const guint8 *data, gsize size,
    const GstLivekitSoundPiece *piece)
{
  GstLivekitUnit unit = { .capture_time = piece->capture_time, .orientation = -1 };
  GstBuffer *buffer;
  gboolean full;

  if (gst_livekit_chain_outdated (chain))
    return GST_LIVEKIT_PUSH_OUTDATED;
  full = gst_livekit_output_is_full (&chain->output, piece->duration);
  buffer = gst_buffer_new_memdup (data, size);
  GST_BUFFER_PTS (buffer) = piece->pts;
  GST_BUFFER_DURATION (buffer) = piece->duration;
  if (piece->discont)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT | GST_BUFFER_FLAG_RESYNC);
  gst_livekit_sideband_attach (&chain->sideband, buffer, &unit);
  if (gst_app_src_push_buffer (chain->appsrc, buffer) != GST_FLOW_OK)
    return GST_LIVEKIT_PUSH_STOPPED;
  return full ? GST_LIVEKIT_PUSH_LEAKED : GST_LIVEKIT_PUSH_OK;
}

/* appsrc queues serialized events together with its buffers. */
void
gst_livekit_chain_push_gap (GstLivekitChain *chain, guint64 pts, guint64 duration)
{
  gst_element_send_event (GST_ELEMENT (chain->appsrc), gst_event_new_gap (pts, duration));
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

/* appsrc would also notify the pipeline: its message is dropped. */
void
gst_livekit_chain_set_latency (GstLivekitChain *chain, guint64 latency)
{
  g_object_set (chain->appsrc, "min-latency", (gint64) latency, NULL);
  gst_element_post_message (GST_ELEMENT (chain->bin),
      gst_message_new_latency (GST_OBJECT (chain->bin)));
}

void
gst_livekit_chain_set_delay (GstLivekitChain *chain, guint64 delay)
{
  gst_livekit_output_set_delay (&chain->output, delay);
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
