/* The elements of a chain. */
#include "private.h"

#include "video_alpha.h"
#include "video_capsevent.h"
#include "video_decoder.h"
#include "want.h"

static void
add_probe (GstLivekitChain *chain, GstElement *element, GstPadProbeType type,
    GstLivekitProbe callback)
{
  gst_livekit_life_add_probe (chain->life, element, "src", type, callback);
}

static void
add_source (GstLivekitChain *chain, GstCaps *caps, guint64 latency)
{
  GstElement *source;

  chain->source = gst_livekit_source_new ("access-units", gst_livekit_chain_on_idle,
      gst_livekit_life_ref (chain->life), gst_livekit_life_unref);
  source = GST_ELEMENT (chain->source);
  gst_bin_add (GST_BIN (chain->bin), source);
  gst_livekit_source_set_latency (chain->source, latency);
  if (caps)
    gst_livekit_source_push_caps (chain->source, caps);
  /* Events from the decoder; output.c has the probe for events from further
   * downstream. */
  add_probe (chain, source, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM,
      gst_livekit_chain_on_key_frame_event);
  add_probe (chain, source, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
      gst_livekit_chain_on_downstream_event);
  if (chain->ghost)
    gst_livekit_sideband_watch (source);
  add_probe (chain, source, GST_PAD_PROBE_TYPE_BUFFER, gst_livekit_chain_on_unit); /* after tags */
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
should_scale (GstLivekitChain *chain)
{
  GstCaps *taken = chain->downstream ? gst_livekit_downstream_caps (chain->downstream) : NULL;
  gboolean should = gst_livekit_chain_should_scale (chain, taken);

  gst_clear_caps (&taken);
  return should;
}

/* Adds what converts, and changes the size as well if it is to. Before GStreamer 1.22
 * these are two elements. *last is the one of them that filter follows. */
static GstElement *
add_converter (GstLivekitChain *chain, GstElement **last, GError **error)
{
  GstElementFactory *both = chain->scales ? gst_element_factory_find ("videoconvertscale") : NULL;
  GstElement *convert =
      gst_livekit_chain_add (chain, both ? "videoconvertscale" : "videoconvert", "convert", error);

  *last = convert;
  if (convert && chain->scales && !both) {
    *last = gst_livekit_chain_add (chain, "videoscale", "scale", error);
    if (*last)
      gst_element_link (convert, *last);
  }
  gst_clear_object (&both);
  return convert;
}

static gboolean
link_decode (GstLivekitChain *chain, GstCaps *caps, const GstLivekitChainConfig *config,
    GstElement **last, GError **error)
{
  GstElement *convert, *converted, *filter, *parser;
  gboolean linked;

  chain->parser = parser = gst_livekit_parser_new (caps, chain->decoder);
  if (parser)
    gst_bin_add (GST_BIN (chain->bin), parser);
  else if (gst_livekit_parser_for (caps))
    chain->sizeless =
        gst_caps_ref (caps); /* the number of its decoder's threads depends on the size */
  /* Downstream can ask for a size that no simulcast layer has. */
  chain->scales = should_scale (chain);
  convert = add_converter (chain, &converted, error);
  filter = converted ? gst_livekit_chain_add (chain, "capsfilter", "format", error) : NULL;
  if (!filter)
    return FALSE;
  gst_livekit_make_opaque (convert);
  chain->filter = filter;
  gst_livekit_chain_set_output_caps (chain);

  linked = parser
      ? gst_element_link_many (GST_ELEMENT (chain->source), parser, chain->decoder, convert, NULL)
      : gst_element_link_many (GST_ELEMENT (chain->source), chain->decoder, convert, NULL);
  linked = linked && gst_element_link (converted, filter);
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
  add_source (chain, caps, config->latency);
  ok = add_decoder (chain, caps, error) && link_decode (chain, caps, config, &last, error);
  gst_caps_unref (caps);
  if (!ok)
    return FALSE;
  if (chain->ghost)
    return gst_livekit_output_add_queue (chain, last, config, error);
  return gst_livekit_output_add_appsink (chain, last, config, error);
}

/* Adds a parser, which adds information to the caps and converts the stream to a
 * format that downstream takes. A known size is set in the caps before it, because
 * vp9parse reads the size of a picture's lowest layer. A stream without a parser gets
 * its caps when the first size is known. */
static gboolean
build_untouched (GstLivekitChain *chain, const GstLivekitChainConfig *config, GError **error)
{
  GstCaps *caps = gst_caps_from_string (config->untouched_caps);
  const char *factory = gst_livekit_parser_for (caps);
  GstElement *last;

  add_source (chain, factory ? caps : NULL, config->latency);
  last = GST_ELEMENT (chain->source);
  chain->sizeless = caps;
  if (factory) {
    chain->parser = last = gst_livekit_chain_add (chain, factory, "parser", error);
    if (last)
      gst_element_link (GST_ELEMENT (chain->source), last);
  }
  chain->last = last;
  if (last) {
    add_probe (chain, last, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, gst_livekit_chain_on_sized_event);
    gst_livekit_caps_event_edit (last, NULL);
    chain->hold.patience = config->patience / GST_USECOND;
    add_probe (chain, last, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
        gst_livekit_chain_on_held);
  }
  if (!last)
    return FALSE;
  gst_livekit_output_add_source (chain, last, config);
  return TRUE;
}

static gboolean
build_sound (GstLivekitChain *chain, const GstLivekitChainConfig *config, GError **error)
{
  const char *name;

  chain->sound = gst_caps_from_string (config->sound_caps);
  name = gst_structure_get_name (gst_caps_get_structure (chain->sound, 0));
  chain->samples = g_str_equal (name, gst_livekit_raw_type (chain->media_type));
  chain->open = !config->sound_forced;
  chain->muxer_capacity = config->muxer_capacity;
  if (chain->downstream)
    g_atomic_int_set (&chain->settled, gst_livekit_downstream_changes (chain->downstream));
  add_source (chain, chain->sound, config->latency);
  chain->last = GST_ELEMENT (chain->source);
  gst_livekit_output_add_source (chain, chain->last, config);
  return TRUE;
}

/* Asks downstream, if there is any, whether it wants raw or encoded video. If it
 * cannot have that, sets *error. */
static GstLivekitWant
ask_downstream (GstLivekitChain *chain, const GstLivekitChainConfig *config, const char **complaint)
{
  GstLivekitWant want = GST_LIVEKIT_WANT_RAW;
  GstCaps *taken;

  if (!chain->downstream)
    return want;
  g_atomic_int_set (&chain->settled, gst_livekit_downstream_changes (chain->downstream));
  taken = gst_livekit_downstream_ask (chain->downstream);
  if (!config->format)
    want = gst_livekit_want (chain->ghost, taken, chain->media_type);
  *complaint = gst_livekit_want_complaint (chain->ghost, taken, chain->media_type, want);
  gst_caps_unref (taken);
  return want;
}

gboolean
gst_livekit_chain_build (GstLivekitChain *chain, const GstLivekitChainConfig *config,
    GError **error)
{
  const char *complaint = NULL;
  GstLivekitWant want;

  if (config->sound_caps)
    return build_sound (chain, config, error);
  want = ask_downstream (chain, config, &complaint);
  if (complaint) {
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
