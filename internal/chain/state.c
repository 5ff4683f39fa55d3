/* The state of a chain that all of its files use. */
#include "private.h"

G_DEFINE_QUARK (gst-livekit-chain-error, gst_livekit_chain_error)

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
    chain->free (chain);
}

void
gst_livekit_chain_keep_from_go (GstLivekitChain *chain)
{
  if (chain->source)
    gst_livekit_mail_keep_from_go (gst_livekit_source_mail (chain->source));
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

void
gst_livekit_chain_set_failed (GstLivekitChain *chain)
{
  g_mutex_lock (&chain->lock);
  chain->failed = TRUE;
  g_mutex_unlock (&chain->lock);
  gst_livekit_chain_keep_from_go (chain);
}

gboolean
gst_livekit_chain_fail (GstLivekitChain *chain)
{
  gboolean ended;

  g_mutex_lock (&chain->lock);
  ended = chain->ended;
  chain->failed = !ended;
  g_mutex_unlock (&chain->lock);
  gst_livekit_chain_keep_from_go (chain);
  return !ended;
}

const char *
gst_livekit_chain_decoder (GstLivekitChain *chain)
{
  if (!chain->decoder)
    return NULL;
  return GST_OBJECT_NAME (gst_element_get_factory (chain->decoder));
}

GstElement *
gst_livekit_chain_add (GstLivekitChain *chain, const char *factory, const char *name,
    GError **error)
{
  GstElement *element = gst_element_factory_make (factory, name);

  if (element)
    gst_bin_add (GST_BIN (chain->bin), element);
  else
    g_set_error (error, gst_livekit_chain_error_quark (), GST_LIVEKIT_CHAIN_NO_ELEMENT,
        "GStreamer element \"%s\" is not installed", factory);
  return element;
}

gboolean
gst_livekit_chain_has_paused (GstLivekitChain *chain)
{
  return chain->ghost &&
      gst_pad_get_last_flow_return (GST_BASE_SRC_PAD (chain->source)) == GST_FLOW_FLUSHING;
}
