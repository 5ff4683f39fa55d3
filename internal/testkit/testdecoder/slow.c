#include "slow.h"

#include <gst/video/gstvideodecoder.h>

#define NAME "testdecslow"

static GstVideoDecoderClass *parent_class;

static GstFlowReturn
handle_frame (GstVideoDecoder *decoder, GstVideoCodecFrame *frame)
{
  GstVideoCodecState *state = gst_video_decoder_get_output_state (decoder);

  if (state) {
    if (state->info.width > GST_LIVEKIT_TEST_SLOW_WIDTH)
      g_usleep (G_USEC_PER_SEC / 15);
    gst_video_codec_state_unref (state);
  }
  return parent_class->handle_frame (decoder, frame);
}

static void
class_init (gpointer klass, gpointer data)
{
  parent_class = g_type_class_peek_parent (klass);
  GST_VIDEO_DECODER_CLASS (klass)->handle_frame = handle_frame;
}

gboolean
gst_livekit_test_slow_register (void)
{
  GTypeInfo info = { .class_init = class_init };
  GstElement *real;
  GTypeQuery query;
  GType type;

  if (!gst_init_check (NULL, NULL, NULL) || !(real = gst_element_factory_make ("vp8dec", NULL)))
    return FALSE;
  g_type_query (G_OBJECT_TYPE (real), &query);
  info.class_size = query.class_size;
  info.instance_size = query.instance_size;
  type = g_type_register_static (query.type, "GstLivekitTestSlow", &info, 0);
  gst_object_unref (gst_object_ref_sink (real));
  return gst_element_register (NULL, NAME, GST_RANK_NONE, type);
}

void
gst_livekit_test_slow_prefer (gboolean preferred)
{
  GstPluginFeature *feature = gst_registry_lookup_feature (gst_registry_get (), NAME);

  gst_plugin_feature_set_rank (feature, preferred ? GST_RANK_PRIMARY + 1000 : GST_RANK_NONE);
  gst_object_unref (feature);
}
