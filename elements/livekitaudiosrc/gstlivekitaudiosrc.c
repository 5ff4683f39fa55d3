/* The class: what is about sound in an element. */
#include "gstlivekitaudiosrc.h"

#include "_cgo_export.h"

GST_DEBUG_CATEGORY_STATIC (gst_livekit_audio_src_debug);

typedef struct {
  GstLivekitBaseSrc parent;
} GstLivekitAudioSrc;

typedef struct {
  GstLivekitBaseSrcClass parent;
} GstLivekitAudioSrcClass;

G_DEFINE_TYPE (GstLivekitAudioSrc, gst_livekit_audio_src, GST_TYPE_LIVEKIT_BASE_SRC)

static void
add_pad_template (GstElementClass *klass)
{
  char *text = livekitAudioSrcTemplateCaps ();
  GstCaps *caps = text ? gst_caps_from_string (text) : gst_caps_new_any ();

  gst_element_class_add_pad_template (klass,
      gst_pad_template_new ("src", GST_PAD_SRC, GST_PAD_ALWAYS, caps));
  gst_caps_unref (caps);
  free (text);
}

static void
gst_livekit_audio_src_class_init (GstLivekitAudioSrcClass *klass)
{
  GstLivekitBaseSrcClass *base_class = &klass->parent;
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_livekit_audio_src_debug, "livekitaudiosrc", 0,
      "LiveKit audio source");
  base_class->category = gst_livekit_audio_src_debug;
  base_class->raw = "audio/x-raw";
  gst_livekit_audio_src_install_properties (base_class);

  add_pad_template (element_class);
  gst_element_class_set_static_metadata (element_class, "LiveKit audio source",
      "Source/Network/Audio", "Receives one audio track from a LiveKit room",
      "The gst-livekit authors <https://github.com/gst-livekit/gst-livekit>");
}

static void
gst_livekit_audio_src_init (GstLivekitAudioSrc *self)
{
}

/* Without a rank, because nothing should find it by itself: autoaudiosrc looks for sources of
 * sound, and addresses are played by another element. */
gboolean
gst_livekit_audio_src_register (GstPlugin *plugin)
{
  return gst_livekit_base_src_register (plugin, "livekitaudiosrc", GST_RANK_NONE,
      gst_livekit_audio_src_get_type);
}

gboolean
gst_livekit_audio_src_register_static (void)
{
  return gst_livekit_base_src_register_static ("livekitaudio", gst_livekit_audio_src_register);
}
