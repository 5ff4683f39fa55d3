#include "bin.h"

#include "private.h"
#include "type.h"

typedef struct {
  GstBin parent;

  GstLivekitLife *life; /* owned */
} GstLivekitBin;

typedef struct {
  GstBinClass parent;
} GstLivekitBinClass;

static GstBinClass *parent_class;

/* Called on any thread that posts a message. */
static void
handle_message (GstBin *bin, GstMessage *message)
{
  GstLivekitChain *chain = gst_livekit_life_enter (((GstLivekitBin *) bin)->life);

  if (chain && gst_livekit_chain_take_message (chain, message))
    gst_message_unref (message);
  else
    parent_class->handle_message (bin, message);
  if (chain)
    gst_livekit_chain_unref (chain);
}

static void
finalize (GObject *object)
{
  gst_livekit_life_unref (((GstLivekitBin *) object)->life);
  G_OBJECT_CLASS (parent_class)->finalize (object);
}

static void
class_init (gpointer klass, gpointer data)
{
  parent_class = g_type_class_peek_parent (klass);
  G_OBJECT_CLASS (klass)->finalize = finalize;
  GST_BIN_CLASS (klass)->handle_message = handle_message;
  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass), "LiveKit track", "Generic/Bin",
      "One received track", "The gst-livekit authors <https://github.com/gst-livekit/gst-livekit>");
}

static gpointer
register_once (gpointer unused)
{
  GTypeInfo info = {
    .class_size = sizeof (GstLivekitBinClass),
    .class_init = class_init,
    .instance_size = sizeof (GstLivekitBin),
  };

  return GSIZE_TO_POINTER (gst_livekit_type_register (GST_TYPE_BIN, "GstLivekitTrack", &info));
}

GstElement *
gst_livekit_bin_new (const char *name, GstLivekitLife *life)
{
  static GOnce once = G_ONCE_INIT;
  GstLivekitBin *bin;

  g_once (&once, register_once, NULL);
  bin = g_object_new (GPOINTER_TO_SIZE (once.retval), "name", name, NULL);
  bin->life = gst_livekit_life_ref (life);
  return GST_ELEMENT (bin);
}
