/* What downstream wants of a chain while data flows. */
#include "private.h"

#include "want.h"

static void
decoded_size (GstLivekitChain *chain, gint *width, gint *height)
{
  g_mutex_lock (&chain->lock);
  *width = chain->width_decoded;
  *height = chain->height_decoded;
  g_mutex_unlock (&chain->lock);
}

static gboolean
is_fixed (const GstStructure *structure, const char *field)
{
  gint value;

  return gst_structure_get_int (structure, field, &value);
}

/* Whoever names a width alone, or a height alone, gets the picture in its own shape:
 * the scaler would keep the other and stretch the pixels. Takes caps and returns
 * caps. */
static GstCaps *
keep_shape (GstLivekitChain *chain, GstCaps *caps)
{
  GstCaps *square, *accepted;
  const GstStructure *first;

  if (!chain->ghost)
    return caps;
  square = gst_caps_copy (caps);
  gst_caps_set_simple (square, "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, NULL);
  accepted = gst_pad_peer_query_caps (chain->ghost, square);
  first = gst_caps_is_empty (accepted) || gst_caps_is_any (accepted)
      ? NULL
      : gst_caps_get_structure (accepted, 0);
  if (first && is_fixed (first, "width") != is_fixed (first, "height")) {
    gst_caps_unref (caps);
    caps = gst_caps_ref (square);
  }
  gst_caps_unref (square);
  gst_caps_unref (accepted);
  return caps;
}

/* Pictures are scaled for those who take no other size. Who only prefers one, as a
 * window does, gets them as they are. Takes caps and returns caps. */
static GstCaps *
keep_size (GstLivekitChain *chain, GstCaps *caps, gint width, gint height)
{
  GstCaps *sized, *accepted;

  if (!chain->ghost || width == 0)
    return caps;
  sized = gst_caps_copy (caps);
  gst_caps_set_simple (sized, "width", G_TYPE_INT, width, "height", G_TYPE_INT, height, NULL);
  accepted = gst_pad_peer_query_caps (chain->ghost, sized);
  if (gst_caps_is_empty (accepted)) {
    gst_caps_unref (sized);
    caps = keep_shape (chain, caps);
  } else {
    gst_caps_unref (caps);
    caps = sized;
  }
  gst_caps_unref (accepted);
  return caps;
}

static void
set_output_caps (GstLivekitChain *chain, gint width, gint height)
{
  GstCaps *caps = gst_caps_ref (chain->raw), *present = NULL;

  if (chain->ghost && chain->open)
    caps = gst_livekit_want_memory (chain->ghost, caps);
  caps = keep_size (chain, caps, width, height);
  g_object_get (chain->filter, "caps", &present, NULL);
  if (!gst_caps_is_strictly_equal (caps, present))
    g_object_set (chain->filter, "caps", caps, NULL);
  gst_caps_unref (present);
  gst_caps_unref (caps);
}

/* What to convert to. What is left open is downstream's choice: one of our formats,
 * or the decoder's own memory where that is welcome. */
void
gst_livekit_chain_set_output_caps (GstLivekitChain *chain)
{
  gint width, height, width_now, height_now;

  decoded_size (chain, &width_now, &height_now);
  do {
    width = width_now;
    height = height_now;
    set_output_caps (chain, width, height);
    decoded_size (chain, &width_now, &height_now);
  } while (width != width_now || height != height_now);
}

void
gst_livekit_chain_set_decoded_size (GstLivekitChain *chain, gint width, gint height)
{
  g_mutex_lock (&chain->lock);
  chain->width_decoded = width;
  chain->height_decoded = height;
  g_mutex_unlock (&chain->lock);
  gst_livekit_chain_set_output_caps (chain);
}

gboolean
gst_livekit_chain_should_scale (GstLivekitChain *chain)
{
  GstCaps *caps;
  gboolean special;

  if (!chain->ghost || !chain->open)
    return chain->ghost != NULL;
  caps = gst_livekit_want_memory (chain->ghost, gst_caps_ref (chain->raw));
  special = gst_livekit_names_memory (caps);
  gst_caps_unref (caps);
  return !special;
}

gboolean
gst_livekit_chain_is_wanted (GstLivekitChain *chain)
{
  GstLivekitWant have = chain->decoder ? GST_LIVEKIT_WANT_RAW : GST_LIVEKIT_WANT_UNTOUCHED;

  if (!chain->ghost || (chain->decoder && !chain->open))
    return TRUE;
  if (gst_livekit_want (chain->ghost, chain->media_type) != have)
    return FALSE;
  return !chain->decoder || gst_livekit_chain_should_scale (chain) == chain->scales;
}

gboolean
gst_livekit_chain_reconsider (GstLivekitChain *chain)
{
  gboolean wanted = gst_livekit_chain_is_wanted (chain);

  if (wanted && chain->decoder)
    gst_livekit_chain_set_output_caps (chain);
  return wanted;
}

gboolean
gst_livekit_chain_outdated (GstLivekitChain *chain)
{
  if (gst_livekit_gate_reconfigured (&chain->gate))
    chain->unwanted = !gst_livekit_chain_reconsider (chain);
  /* After a hole in an encoded stream the rest cannot be decoded. */
  return chain->unwanted || gst_livekit_chain_has_failed (chain) ||
      (!chain->decoder && gst_livekit_gate_kept (&chain->gate) > 0);
}
