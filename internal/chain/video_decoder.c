#include "video_decoder.h"

#include "video_capsevent.h"
#include "video_colour.h"
#include "video_threads.h"

#include <gst/video/video.h>

/* The caps that decoders must accept. A LiveKit track has no separate alpha stream;
 * saying so in the caps excludes the alpha decode bins, which have a higher rank. A
 * decoder may require fields that are not known here, such as a profile; the parser
 * adds them. */
static GstCaps *
wanted_caps (GstCaps *caps)
{
  GstCaps *wanted = gst_caps_copy (caps);

  gst_caps_set_simple (wanted, "codec-alpha", G_TYPE_BOOLEAN, FALSE, NULL);
  return wanted;
}

static void
prepare_for_live (GstElement *decoder)
{
  gst_livekit_caps_event_edit (decoder, gst_livekit_colour_complete);
  if (!GST_IS_VIDEO_DECODER (decoder))
    return;
  /* A decoder that lost its references requests a key frame itself; the chain's probe
   * turns the event into a PLI. */
  g_object_set (decoder, "automatic-request-sync-points", TRUE, NULL);
  gst_livekit_threads_choose (decoder);
}

/* Returns the error that an element posted, or NULL; the caller frees it. */
static gchar *
reason_on (GstBus *bus)
{
  GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  GError *error = NULL;
  gchar *reason;

  if (!message)
    return NULL;
  gst_message_parse_error (message, &error, NULL);
  reason = g_strdup (error->message);
  g_error_free (error);
  gst_message_unref (message);
  return reason;
}

/* A decoder without its device fails to reach READY, and must not be chosen. Returns
 * NULL with *reason, which the caller frees. */
static GstElement *
start_decoder (GstElementFactory *factory, gchar **reason)
{
  GstElement *decoder = gst_element_factory_create (factory, "decoder");
  GstBus *bus;
  gboolean started;

  if (!decoder) {
    *reason = g_strdup ("it cannot be created");
    return NULL;
  }
  bus = gst_bus_new ();
  gst_element_set_bus (decoder, bus);
  started = gst_element_set_state (decoder, GST_STATE_READY) != GST_STATE_CHANGE_FAILURE;
  if (!started)
    *reason = reason_on (bus);
  gst_element_set_bus (decoder, NULL);
  gst_object_unref (bus);
  if (!started) {
    gst_element_set_state (decoder, GST_STATE_NULL);
    gst_object_unref (gst_object_ref_sink (decoder));
    return NULL;
  }
  prepare_for_live (decoder);
  return decoder;
}

/* The decoders for `caps`, best first; free with gst_plugin_feature_list_free(). */
static GList *
decoders_for (GstCaps *caps)
{
  GstCaps *wanted = wanted_caps (caps);
  GList *all, *fitting = NULL, *l;

  all = gst_element_factory_list_get_elements (GST_ELEMENT_FACTORY_TYPE_DECODER |
          GST_ELEMENT_FACTORY_TYPE_MEDIA_VIDEO,
      GST_RANK_MARGINAL);
  for (l = all; l; l = l->next) {
    if (gst_element_factory_can_sink_any_caps (l->data, wanted))
      fitting = g_list_prepend (fitting, gst_object_ref (l->data));
  }
  gst_plugin_feature_list_free (all);
  gst_caps_unref (wanted);
  return g_list_sort (fitting, gst_plugin_feature_rank_compare_func);
}

static gboolean
is_bad (GstPluginFeature *factory, const char *const *bad)
{
  return bad && g_strv_contains (bad, gst_plugin_feature_get_name (factory));
}

/* Returns the first decoder of the list that is not in `bad`, or NULL. */
static GList *
skip_bad (GList *factories, const char *const *bad)
{
  while (factories && is_bad (factories->data, bad))
    factories = factories->next;
  return factories;
}

GstElement *
gst_livekit_decoder_new (GstCaps *caps, const char *const *bad, GstLivekitDecoderFailed failed,
    gpointer data)
{
  GList *factories = decoders_for (caps), *l, *next;
  GstElement *decoder = NULL;
  gchar *reason = NULL;

  for (l = skip_bad (factories, bad); l && !decoder; l = next) {
    next = skip_bad (l->next, bad);
    decoder = start_decoder (l->data, &reason);
    if (!decoder)
      failed (gst_plugin_feature_get_name (l->data), reason ? reason : "it gave no reason",
          next ? gst_plugin_feature_get_name (next->data) : NULL, data);
    g_clear_pointer (&reason, g_free);
  }
  gst_plugin_feature_list_free (factories);
  return decoder;
}

gchar *
gst_livekit_decoder_after (GstCaps *caps, const char *const *bad, const char *decoder)
{
  GList *factories = decoders_for (caps), *l = factories;
  gchar *name = NULL;

  while (l && !g_str_equal (gst_plugin_feature_get_name (l->data), decoder))
    l = l->next;
  l = l ? skip_bad (l->next, bad) : NULL;
  if (l)
    name = g_strdup (gst_plugin_feature_get_name (l->data));
  gst_plugin_feature_list_free (factories);
  return name;
}

void
gst_livekit_decoder_preload (GstCaps *caps)
{
  GList *factories = decoders_for (caps);
  GstPluginFeature *loaded;

  if (factories && (loaded = gst_plugin_feature_load (factories->data)))
    gst_object_unref (loaded);
  gst_plugin_feature_list_free (factories);
}

const char *
gst_livekit_parser_for (GstCaps *caps)
{
  static const struct {
    const char *media_type;
    const char *factory;
  } parsers[] = {
    { "video/x-h264", "h264parse" },
    { "video/x-h265", "h265parse" },
    { "video/x-av1", "av1parse" },
    { "video/x-vp9", "vp9parse" },
  };
  const char *name = gst_structure_get_name (gst_caps_get_structure (caps, 0));
  guint i;

  for (i = 0; i < G_N_ELEMENTS (parsers); i++) {
    if (g_str_equal (name, parsers[i].media_type))
      return parsers[i].factory;
  }
  return NULL;
}

GstElement *
gst_livekit_parser_new (GstCaps *caps, GstElement *decoder)
{
  const char *factory = gst_livekit_parser_for (caps);

  /* libvpx accepts whole superframes. vp9parse of GStreamer 1.22 splits them, and
   * does not notice when downstream no longer needs that. */
  if (factory && g_str_equal (GST_OBJECT_NAME (gst_element_get_factory (decoder)), "vp9dec"))
    factory = NULL;
  return factory ? gst_element_factory_make (factory, "parser") : NULL;
}
