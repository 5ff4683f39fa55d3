/* The class: what is about video in an element. */
#include "gstlivekitsrc.h"

#include "_cgo_export.h"

#include <gst/video/video.h>

GST_DEBUG_CATEGORY_STATIC (gst_livekit_src_debug);

typedef struct {
  GstLivekitBaseSrc parent;
} GstLivekitSrc;

typedef struct {
  GstLivekitBaseSrcClass parent;
} GstLivekitSrcClass;

G_DEFINE_TYPE_WITH_CODE (GstLivekitSrc, gst_livekit_src, GST_TYPE_LIVEKIT_BASE_SRC,
    G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER, gst_livekit_base_src_uri_handler_init))

static void
add_pad_template (GstElementClass *klass)
{
  char *text = livekitSrcTemplateCaps ();
  GstCaps *caps = text ? gst_caps_from_string (text) : gst_caps_new_any ();

  gst_element_class_add_pad_template (klass,
      gst_pad_template_new ("src", GST_PAD_SRC, GST_PAD_ALWAYS, caps));
  gst_caps_unref (caps);
  free (text);
}

static void
gst_livekit_src_class_init (GstLivekitSrcClass *klass)
{
  GstLivekitBaseSrcClass *base_class = &klass->parent;
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_livekit_src_debug, "livekitsrc", 0, "LiveKit source");
  base_class->category = gst_livekit_src_debug;
  base_class->raw = "video/x-raw";
  /* A stream starts with a key frame by itself. */
  base_class->is_idle_event = gst_video_event_is_force_key_unit;
  gst_livekit_src_install_properties (base_class);
  g_signal_new_class_handler ("request-key-frame", G_TYPE_FROM_CLASS (klass),
      G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (gst_livekit_base_src_request_key_frame),
      NULL, NULL, NULL, G_TYPE_NONE, 0);

  add_pad_template (element_class);
  gst_element_class_set_static_metadata (element_class, "LiveKit source", "Source/Network/Video",
      "Receives one video track from a LiveKit room",
      "The gst-livekit authors <https://github.com/gst-livekit/gst-livekit>");
}

static void
gst_livekit_src_init (GstLivekitSrc *self)
{
}

/* Below livekitbin, which programs should find for an address. They find this one where a program
 * has registered nothing else. */
gboolean
gst_livekit_src_register (GstPlugin *plugin)
{
  return gst_livekit_base_src_register (plugin, "livekitsrc", GST_RANK_SECONDARY,
      gst_livekit_src_get_type);
}

gboolean
gst_livekit_src_register_static (void)
{
  return gst_livekit_base_src_register_static ("livekit", gst_livekit_src_register);
}
