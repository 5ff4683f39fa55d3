#include "decoder.h"

#include <gst/video/video.h>

/* What decoders are matched with. A track never has an alpha stream beside it;
 * said aloud, that keeps the alpha decode bins away, which outrank the others. A
 * decoder may ask for more than is known here (a profile); the parser adds it. */
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
  if (!GST_IS_VIDEO_DECODER (decoder))
    return;
  /* A decoder that lost its references asks for a key frame by itself; the
   * event reaches the chain's own probe and becomes a PLI. */
  g_object_set (decoder, "automatic-request-sync-points", TRUE, NULL);
}

/* Decoders that need a device fail at READY; they must not be chosen. */
static GstElement *
start_decoder (GstElementFactory *factory)
{
  GstElement *decoder = gst_element_factory_create (factory, NULL);

  if (!decoder)
    return NULL;
  if (gst_element_set_state (decoder, GST_STATE_READY) == GST_STATE_CHANGE_FAILURE) {
    gst_element_set_state (decoder, GST_STATE_NULL);
    gst_object_unref (gst_object_ref_sink (decoder));
    return NULL;
  }
  prepare_for_live (decoder);
  return decoder;
}

GstElement *
gst_livekit_decoder_new (GstCaps *caps)
{
  GList *factories, *l;
  GstElement *decoder = NULL;
  GstCaps *wanted = wanted_caps (caps);

  factories = gst_element_factory_list_get_elements (
      GST_ELEMENT_FACTORY_TYPE_DECODER | GST_ELEMENT_FACTORY_TYPE_MEDIA_VIDEO, GST_RANK_MARGINAL);
  factories = g_list_sort (factories, gst_plugin_feature_rank_compare_func);

  for (l = factories; l && !decoder; l = l->next) {
    GstElementFactory *factory = GST_ELEMENT_FACTORY (l->data);

    if (!gst_element_factory_can_sink_any_caps (factory, wanted))
      continue;
    decoder = start_decoder (factory);
    if (!decoder)
      GST_WARNING ("decoder %s did not start, trying the next one", GST_OBJECT_NAME (factory));
  }
  gst_plugin_feature_list_free (factories);
  gst_caps_unref (wanted);
  return decoder;
}

GstElement *
gst_livekit_parser_new (GstCaps *caps)
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
      return gst_element_factory_make (parsers[i].factory, "parser");
  }
  return NULL;
}
