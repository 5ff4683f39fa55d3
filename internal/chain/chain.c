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
  g_mutex_clear (&chain->pushing);
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
  g_mutex_init (&chain->pushing);
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

void
gst_livekit_chain_set_latency (GstLivekitChain *chain, guint64 latency)
{
  gst_livekit_source_set_latency (chain->source, latency);
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

GstLivekitMail *
gst_livekit_chain_mail (GstLivekitChain *chain)
{
  return gst_livekit_source_mail (chain->source);
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
