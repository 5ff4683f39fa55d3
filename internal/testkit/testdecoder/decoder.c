#include "decoder.h"

#include <gst/video/gstvideodecoder.h>
#include <gst/video/video.h>

#define WIDTH 64
#define HEIGHT 48
#define MEMORY "memory:Test"
#define LATE_FRAME 5

typedef struct {
  GstVideoDecoder parent;
  guint frames;
} TestDecoder;

typedef struct {
  GstVideoDecoderClass parent;
  GstLivekitTestDecoderKind kind;
} TestDecoderClass;

static const gchar *const names[] = { "testdecunready", "testdecbroken", "testdecsilent",
  "testdeclate", "testdecmemory", "testdecgone" };
static gint made[GST_LIVEKIT_TEST_DECODERS];
static GstVideoDecoderClass *parent_class;

static GstLivekitTestDecoderKind
kind_of (gpointer decoder)
{
  return ((TestDecoderClass *) G_OBJECT_GET_CLASS (decoder))->kind;
}

static GstStateChangeReturn
change_state (GstElement *element, GstStateChange transition)
{
  if (transition == GST_STATE_CHANGE_NULL_TO_READY &&
      kind_of (element) == GST_LIVEKIT_TEST_DECODER_UNREADY) {
    GST_ELEMENT_ERROR (element, RESOURCE, NOT_FOUND, ("There is no such device."), (NULL));
    return GST_STATE_CHANGE_FAILURE;
  }
  return GST_ELEMENT_CLASS (parent_class)->change_state (element, transition);
}

static gboolean
memory_is_welcome (GstVideoDecoder *decoder)
{
  GstCaps *memory = gst_caps_from_string ("video/x-raw(" MEMORY ")");
  GstCaps *allowed = gst_pad_get_allowed_caps (GST_VIDEO_DECODER_SRC_PAD (decoder));
  gboolean welcome =
      allowed && !gst_caps_is_any (allowed) && gst_caps_can_intersect (allowed, memory);

  gst_clear_caps (&allowed);
  gst_caps_unref (memory);
  return welcome;
}

/* Also called when downstream has changed. */
static gboolean
negotiate (GstVideoDecoder *decoder)
{
  GstVideoCodecState *state = gst_video_decoder_get_output_state (decoder);

  gst_clear_caps (&state->caps);
  state->caps = gst_video_info_to_caps (&state->info);
  if (kind_of (decoder) == GST_LIVEKIT_TEST_DECODER_MEMORY && memory_is_welcome (decoder))
    gst_caps_set_features (state->caps, 0, gst_caps_features_from_string (MEMORY));
  gst_video_codec_state_unref (state);
  return parent_class->negotiate (decoder);
}

static void
announce (GstVideoDecoder *decoder)
{
  gst_video_codec_state_unref (
      gst_video_decoder_set_output_state (decoder, GST_VIDEO_FORMAT_I420, WIDTH, HEIGHT, NULL));
}

static GstFlowReturn
picture (GstVideoDecoder *decoder, GstVideoCodecFrame *frame)
{
  gsize size = WIDTH * HEIGHT * 3 / 2;

  if (((TestDecoder *) decoder)->frames == 1)
    announce (decoder);
  frame->output_buffer = gst_buffer_new_allocate (NULL, size, NULL);
  gst_buffer_memset (frame->output_buffer, 0, 0, size);
  return gst_video_decoder_finish_frame (decoder, frame);
}

static GstFlowReturn
handle_frame (GstVideoDecoder *decoder, GstVideoCodecFrame *frame)
{
  guint count = ++((TestDecoder *) decoder)->frames;

  switch (kind_of (decoder)) {
    case GST_LIVEKIT_TEST_DECODER_SILENT:
      gst_video_decoder_release_frame (decoder, frame);
      return GST_FLOW_NOT_NEGOTIATED;
    case GST_LIVEKIT_TEST_DECODER_LATE:
      if (count < LATE_FRAME)
        return picture (decoder, frame);
      /* fallthrough */
    case GST_LIVEKIT_TEST_DECODER_BROKEN:
      gst_video_decoder_release_frame (decoder, frame);
      GST_ELEMENT_ERROR (decoder, STREAM, DECODE, ("The device does not answer."), (NULL));
      return GST_FLOW_ERROR;
    case GST_LIVEKIT_TEST_DECODER_GONE:
      gst_video_decoder_release_frame (decoder, frame);
      GST_ELEMENT_ERROR (decoder, RESOURCE, NOT_FOUND, ("The device is gone."), (NULL));
      return GST_FLOW_ERROR;
    default:
      return picture (decoder, frame);
  }
}

static void
class_init (gpointer klass, gpointer kind)
{
  GstElementClass *element_class = klass;

  parent_class = g_type_class_peek_parent (klass);
  ((TestDecoderClass *) klass)->kind = GPOINTER_TO_INT (kind);
  element_class->change_state = change_state;
  GST_VIDEO_DECODER_CLASS (klass)->handle_frame = handle_frame;
  GST_VIDEO_DECODER_CLASS (klass)->negotiate = negotiate;
  gst_element_class_set_static_metadata (element_class, "Test decoder", "Codec/Decoder/Video",
      "Fails on purpose", "The gst-livekit authors");
  gst_element_class_add_pad_template (element_class,
      gst_pad_template_new ("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
          gst_caps_from_string ("video/x-vp8; video/x-h264")));
  gst_element_class_add_pad_template (element_class,
      gst_pad_template_new ("src", GST_PAD_SRC, GST_PAD_ALWAYS,
          gst_caps_from_string ("video/x-raw(ANY)")));
}

static void
init (GTypeInstance *instance, gpointer klass)
{
  gst_video_decoder_set_packetized (GST_VIDEO_DECODER (instance), TRUE);
  g_atomic_int_inc (&made[((TestDecoderClass *) klass)->kind]);
}

static gboolean
register_all (GstPlugin *plugin)
{
  gint kind;

  for (kind = 0; kind < GST_LIVEKIT_TEST_DECODERS; kind++) {
    GTypeInfo info = {
      .class_size = sizeof (TestDecoderClass),
      .class_init = class_init,
      .class_data = GINT_TO_POINTER (kind),
      .instance_size = sizeof (TestDecoder),
      .instance_init = init,
    };
    GType type = g_type_register_static (GST_TYPE_VIDEO_DECODER, names[kind], &info, 0);

    if (!gst_element_register (plugin, names[kind], GST_RANK_NONE, type))
      return FALSE;
  }
  return TRUE;
}

gboolean
gst_livekit_test_decoder_register (void)
{
  return gst_init_check (NULL, NULL, NULL) &&
      gst_plugin_register_static (GST_VERSION_MAJOR, GST_VERSION_MINOR, "livekittestdecoder",
          "Decoders that fail", register_all, "0.1.0", "Apache 2.0", "gst-livekit", "gst-livekit",
          "https://github.com/gst-livekit/gst-livekit");
}

const gchar *
gst_livekit_test_decoder_name (GstLivekitTestDecoderKind kind)
{
  return names[kind];
}

void
gst_livekit_test_decoder_prefer (GstLivekitTestDecoderKind kind, guint rank)
{
  GstPluginFeature *feature =
      gst_registry_lookup_feature (gst_registry_get (), gst_livekit_test_decoder_name (kind));

  gst_plugin_feature_set_rank (feature, rank > 0 ? GST_RANK_PRIMARY + 1000 + rank : GST_RANK_NONE);
  gst_object_unref (feature);
}

gint
gst_livekit_test_decoder_made (GstLivekitTestDecoderKind kind)
{
  return g_atomic_int_get (&made[kind]);
}
