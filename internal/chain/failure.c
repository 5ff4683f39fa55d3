/* The messages of a chain's elements. The chain handles some of them itself. */
#include "private.h"

#include "debug.h"
#include "video_decoder.h"
#include "_cgo_export.h"

#define GST_CAT_DEFAULT gst_livekit_chain_debug

void
gst_livekit_chain_report (GstLivekitChain *chain, GstMessage *message)
{
  GError *error = NULL;
  gchar *debug = NULL;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_ERROR:
      gst_message_parse_error (message, &error, &debug);
      livekitChainMessage (chain->handle, TRUE, error->message, debug ? debug : (gchar *) "");
      break;
    case GST_MESSAGE_WARNING:
      gst_message_parse_warning (message, &error, &debug);
      livekitChainMessage (chain->handle, FALSE, error->message, debug ? debug : (gchar *) "");
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
  livekitChainDecoderFailed (chain->handle, (char *) decoder);
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

/* The flow return that the source got from downstream for the failure. */
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

/* A decoder that reports an error of its device does not work, whatever the stream
 * is. Errors of its library do not count, because some decoders post them for damaged
 * frames. */
static gboolean
decoder_is_at_fault (GstLivekitChain *chain, GstMessage *message)
{
  GError *error = NULL;
  gboolean about_device;

  if (!is_from (message, chain->decoder) || g_atomic_int_get (&chain->decoded) > 0)
    return FALSE;
  gst_message_parse_error (message, &error, NULL);
  about_device = error->domain == GST_RESOURCE_ERROR || error->domain == GST_CORE_ERROR;
  g_error_free (error);
  return about_device;
}

static GstFlowReturn
last_flow (GstElement *element)
{
  GstPad *pad = gst_element_get_static_pad (element, "src");
  GstFlowReturn flow = gst_pad_get_last_flow_return (pad);

  gst_object_unref (pad);
  return flow;
}

/* The decoder or the parser failed to negotiate although downstream accepted the caps
 * that the decoder had announced, or before it announced any. */
static gboolean
broke_off_inside (GstLivekitChain *chain)
{
  if (!g_atomic_int_get (&chain->announced))
    return TRUE;
  return g_atomic_int_get (&chain->accepted) && last_flow (chain->decoder) == GST_FLOW_OK;
}

/* Whether the chain's own elements could not continue with the stream: they reported
 * it, or the stream ended although downstream accepted all data. */
static gboolean
stream_is_at_fault (GstLivekitChain *chain, GstMessage *message)
{
  if (is_from (message, chain->decoder) || is_from (message, chain->parser))
    return TRUE;
  if (!is_from (message, chain->source))
    return FALSE;
  if (flow_of (message) == GST_FLOW_NOT_NEGOTIATED)
    return chain->decoder && broke_off_inside (chain);
  return last_flow (chain->last) == GST_FLOW_OK;
}

/* Queries downstream again: a buffer may have reached a new downstream before its
 * RECONFIGURE event arrived. */
static gboolean
is_wanted_now (GstLivekitChain *chain)
{
  GstCaps *taken = gst_livekit_downstream_ask (chain->downstream);
  gboolean wanted = gst_livekit_chain_is_wanted (chain, taken);

  gst_caps_unref (taken);
  return wanted;
}

/* What is in the chain may not match what downstream wants now. */
static gboolean
is_between_two (GstLivekitChain *chain)
{
  return chain->ghost &&
      (gst_livekit_chain_has_failed (chain) || gst_livekit_chain_is_suspect (chain) ||
          !is_wanted_now (chain));
}

/* Data in flight when downstream changed may have reached the new downstream. */
static gboolean
downstream_has_changed (GstLivekitChain *chain, GstMessage *message)
{
  return is_from (message, chain->source) && flow_of (message) == GST_FLOW_NOT_NEGOTIATED &&
      is_between_two (chain);
}

/* Converters warn when they cannot negotiate, although they will be asked again at
 * once. */
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

static gchar *
reason_of (GstMessage *message)
{
  GError *error = NULL;
  gchar *reason;

  gst_message_parse_error (message, &error, NULL);
  reason = g_strdup (error->message);
  g_error_free (error);
  return reason;
}

static void
blame_decoder (GstLivekitChain *chain, const char *reason)
{
  const char *name = gst_livekit_chain_decoder (chain);
  gchar *next = gst_livekit_decoder_after (chain->encoded, (const char *const *) chain->bad, name);

  gst_livekit_chain_decoder_failed (name, reason, next, chain);
  g_free (next);
}

static void
warn_of_stream (GstLivekitChain *chain, const char *reason)
{
  GstElement *element = chain->decoder ? chain->decoder : chain->last;
  gchar *text = g_strdup_printf (
      "the stream is damaged: %s cannot continue and starts again at the next key frame; this "
      "warning is not repeated: %s",
      GST_OBJECT_NAME (gst_element_get_factory (element)), reason);

  gst_element_message_full (GST_ELEMENT (chain->parent), GST_MESSAGE_WARNING, GST_STREAM_ERROR,
      GST_STREAM_ERROR_DECODE, text, NULL, __FILE__, GST_FUNCTION, __LINE__);
}

/* A frame that no decoder can decode is the publisher's fault, and any publisher can
 * send one: the next key frame decides. A decoder that fails with several complete
 * key frames is not used again. */
static void
blame_stream (GstLivekitChain *chain, const char *reason)
{
  const char *decoder = gst_livekit_chain_decoder (chain);
  gint decoded = g_atomic_int_get (&chain->decoded);

  switch (livekitChainStumbled (chain->handle, (char *) decoder, decoded)) {
    case GST_LIVEKIT_STUMBLED_WARN:
      warn_of_stream (chain, reason);
      break;
    case GST_LIVEKIT_STUMBLED_FAILED:
      blame_decoder (chain, reason);
      break;
    default:
      GST_WARNING_OBJECT (chain->bin, "the stream is damaged: %s", reason);
      break;
  }
}

/* TRUE if another chain can continue where this one failed, or if the stream has
 * ended anyway, so that the source sends EOS after its error. The elements report a
 * failure one after another on one streaming thread: only the first message counts. */
static gboolean
take_error (GstLivekitChain *chain, GstMessage *message)
{
  gboolean decoder, stream;
  gchar *reason;

  if (gst_livekit_chain_has_failed (chain))
    return TRUE;
  decoder = decoder_is_at_fault (chain, message);
  stream = !decoder && stream_is_at_fault (chain, message);
  if (!decoder && !stream && !downstream_has_changed (chain, message))
    return FALSE;
  if (!gst_livekit_chain_fail (chain))
    return stream;
  reason = reason_of (message);
  if (decoder)
    blame_decoder (chain, reason);
  if (stream)
    blame_stream (chain, reason);
  g_free (reason);
  livekitChainKeyFrameWanted (chain->handle, -1);
  return TRUE;
}

gboolean
gst_livekit_chain_take_message (GstLivekitChain *chain, GstMessage *message)
{
  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_LATENCY:
      return is_from (message,
          chain->source); /* the code that sets the latency notifies the pipeline */
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
