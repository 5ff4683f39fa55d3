/* What a chain's elements say, and which of it is the chain's own business. */
#include "private.h"

#include "debug.h"
#include "decoder.h"
#include "_cgo_export.h"

#define GST_CAT_DEFAULT gst_livekit_decode_debug

void
gst_livekit_chain_report (GstLivekitChain *chain, GstMessage *message)
{
  GError *error = NULL;
  gchar *debug = NULL;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ERROR:
      gst_message_parse_error (message, &error, &debug);
      livekitDecodeError (chain->handle, error->message, debug ? debug : (gchar *) "");
      break;
    case GST_MESSAGE_WARNING:
      gst_message_parse_warning (message, &error, &debug);
      livekitDecodeWarning (chain->handle, error->message, debug ? debug : (gchar *) "");
      break;
    default:
      break;
  }
  g_clear_error (&error);
  g_free (debug);
}

void
gst_livekit_chain_decoder_failed (const char *decoder, const char *reason, const char *next,
    gpointer data)
{
  GstLivekitChain *chain = data;
  gchar *text;

  if (next)
    text =
        g_strdup_printf ("decoder %s does not work, going on with %s: %s", decoder, next, reason);
  else
    text = g_strdup_printf ("decoder %s does not work, and there is no other: %s", decoder, reason);
  GST_WARNING_OBJECT (chain->bin, "%s", text);
  livekitDecodeDecoderFailed (chain->handle, (char *) decoder);
  gst_element_message_full (GST_ELEMENT (chain->parent), GST_MESSAGE_WARNING, GST_STREAM_ERROR,
      GST_STREAM_ERROR_DECODE, text, NULL, __FILE__, GST_FUNCTION, __LINE__);
}

static gboolean
is_from (GstMessage *message, gpointer element)
{
  GstObject *source = GST_MESSAGE_SRC (message);

  return element && source &&
      (source == element || gst_object_has_as_ancestor (source, GST_OBJECT (element)));
}

/* What a pad upstream of the failure returned, as appsrc saw it. */
static GstFlowReturn
flow_of (GstMessage *message)
{
  const GstStructure *details = NULL;
  gint flow = GST_FLOW_OK;

  gst_message_parse_error_details (message, &details);
  if (details)
    gst_structure_get_int (details, "flow-return", &flow);
  return flow;
}

/* A decoder that has decoded nothing does not work if it says so, or if the stream
 * broke off before it knew what it would give: then nobody downstream can be at
 * fault. */
static gboolean
decoder_is_at_fault (GstLivekitChain *chain, GstMessage *message)
{
  if (!chain->decoder || g_atomic_int_get (&chain->decoded) > 0)
    return FALSE;
  return is_from (message, chain->decoder) ||
      (is_from (message, chain->appsrc) && !g_atomic_int_get (&chain->announced));
}

/* What is in the chain may not go with what downstream wants now. */
static gboolean
is_between_two (GstLivekitChain *chain)
{
  return chain->ghost &&
      (gst_livekit_chain_has_failed (chain) || gst_livekit_gate_is_suspect (&chain->gate) ||
          !gst_livekit_chain_is_wanted (chain));
}

/* What was in flight when downstream changed may have reached the new one. */
static gboolean
downstream_has_changed (GstLivekitChain *chain, GstMessage *message)
{
  return is_from (message, chain->appsrc) && flow_of (message) == GST_FLOW_NOT_NEGOTIATED &&
      is_between_two (chain);
}

/* Converters warn when they cannot negotiate, though they are going to be asked
 * again at once. */
static gboolean
is_passing (GstLivekitChain *chain, GstMessage *message)
{
  GError *warning = NULL;
  gboolean about_format;

  gst_message_parse_warning (message, &warning, NULL);
  about_format = g_error_matches (warning, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT);
  g_error_free (warning);
  return about_format && is_between_two (chain);
}

/* FALSE when the stream has ended: then no other chain will come. */
static gboolean
fail (GstLivekitChain *chain)
{
  gboolean ended;

  g_mutex_lock (&chain->lock);
  ended = chain->ended;
  chain->failed = !ended;
  g_mutex_unlock (&chain->lock);
  return !ended;
}

static void
blame_decoder (GstLivekitChain *chain, GstMessage *message)
{
  const char *name = gst_livekit_chain_decoder (chain);
  gchar *next = gst_livekit_decoder_after (chain->encoded, (const char *const *) chain->bad, name);
  GError *error = NULL;

  gst_message_parse_error (message, &error, NULL);
  gst_livekit_chain_decoder_failed (name, error->message, next, chain);
  g_error_free (error);
  g_free (next);
}

/* TRUE when another chain can go on where this one failed. Elements say one after
 * the other that they failed, on one streaming thread: only the first counts. */
static gboolean
take_error (GstLivekitChain *chain, GstMessage *message)
{
  gboolean at_fault;

  if (gst_livekit_chain_has_failed (chain))
    return TRUE;
  at_fault = decoder_is_at_fault (chain, message);
  if ((!at_fault && !downstream_has_changed (chain, message)) || !fail (chain))
    return FALSE;
  if (at_fault)
    blame_decoder (chain, message);
  livekitDecodeKeyFrameWanted (chain->handle, -1);
  return TRUE;
}

gboolean
gst_livekit_chain_take_message (GstLivekitChain *chain, GstMessage *message)
{
  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_LATENCY:
      return is_from (message, chain->appsrc); /* whoever sets it tells the pipeline */
    case GST_MESSAGE_WARNING:
      return is_passing (chain, message);
    case GST_MESSAGE_ERROR:
      if (!take_error (chain, message))
        return FALSE;
      GST_INFO_OBJECT (chain->bin, "another chain has to go on after %" GST_PTR_FORMAT, message);
      return TRUE;
    default:
      return FALSE;
  }
}
