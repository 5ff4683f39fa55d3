/* What downstream wants from a chain may change while data flows. */
#include "private.h"

#include "want.h"
#include "_cgo_export.h"

static gboolean
is_fixed (const GstStructure *structure, const char *field)
{
  gint value;

  return gst_structure_get_int (structure, field, &value);
}

/* The smallest value that a field allows, if it is a range; 0 for anything else. */
static gint
start_of_range (const GstStructure *structure, const char *field)
{
  const GValue *value = gst_structure_get_value (structure, field);

  return GST_VALUE_HOLDS_INT_RANGE (value) ? gst_value_get_int_range_min (value) : 0;
}

static gboolean
is_free (const GstStructure *structure, const char *field)
{
  const GValue *value = gst_structure_get_value (structure, field);

  return start_of_range (structure, field) == 1 && gst_value_get_int_range_max (value) == G_MAXINT;
}

/* Whether caps leave open so much of the size that any aspect ratio is possible with
 * square pixels. */
static gboolean
allows_any_shape (const GstStructure *structure)
{
  if (is_fixed (structure, "width") != is_fixed (structure, "height"))
    return TRUE;
  if (is_free (structure, "width") || is_free (structure, "height"))
    return TRUE;
  return start_of_range (structure, "width") == 1 && start_of_range (structure, "height") == 1;
}

/* Where caps leave a part of the size open, it is computed from the picture's aspect
 * ratio: the scaler would change as little of the size as possible, and stretch the
 * pixels. Takes caps and returns caps. */
static GstCaps *
keep_shape (GstCaps *taken, GstCaps *caps)
{
  GstCaps *square, *accepted;
  const GstStructure *first;

  square = gst_caps_copy (caps);
  gst_caps_set_simple (square, "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, NULL);
  accepted = gst_caps_intersect_full (square, taken, GST_CAPS_INTERSECT_FIRST);
  first = gst_caps_is_empty (accepted) || gst_caps_is_any (accepted)
      ? NULL
      : gst_caps_get_structure (accepted, 0);
  if (first && allows_any_shape (first)) {
    gst_caps_unref (caps);
    caps = gst_caps_ref (square);
  }
  gst_caps_unref (square);
  gst_caps_unref (accepted);
  return caps;
}

/* Pictures are scaled only if downstream accepts no other size. A sink that only
 * prefers a size, such as a window, gets them unscaled. Takes caps and returns caps. */
static GstCaps *
keep_size (GstCaps *taken, GstCaps *caps, gint width, gint height)
{
  GstCaps *sized;

  if (width == 0)
    return caps;
  sized = gst_caps_copy (caps);
  gst_caps_set_simple (sized, "width", G_TYPE_INT, width, "height", G_TYPE_INT, height, NULL);
  if (!gst_caps_can_intersect (sized, taken)) {
    gst_caps_unref (sized);
    return keep_shape (taken, caps);
  }
  gst_caps_unref (caps);
  return sized;
}

/* Sets the caps to convert to. If several are possible, downstream chooses: one of
 * our formats, or the decoder's own memory if downstream accepts that. */
static void
set_output_caps (GstLivekitChain *chain, GstCaps *taken, gint width, gint height)
{
  GstCaps *caps = gst_caps_ref (chain->raw), *present = NULL;

  if (taken && chain->open)
    caps = gst_livekit_want_memory (taken, caps);
  if (taken)
    caps = keep_size (taken, caps, width, height);
  g_object_get (chain->filter, "caps", &present, NULL);
  if (!gst_caps_is_strictly_equal (caps, present))
    g_object_set (chain->filter, "caps", caps, NULL);
  gst_caps_unref (present);
  gst_caps_unref (caps);
}

gboolean
gst_livekit_chain_should_scale (GstLivekitChain *chain, GstCaps *taken)
{
  GstCaps *caps;
  gboolean special;

  if (!taken || !chain->open)
    return taken != NULL;
  caps = gst_livekit_want_memory (taken, gst_caps_ref (chain->raw));
  special = gst_livekit_names_memory (caps);
  gst_caps_unref (caps);
  return !special;
}

gboolean
gst_livekit_chain_is_raw (GstLivekitChain *chain)
{
  return chain->decoder || chain->samples;
}

/* There is no element that converts sound, so downstream must take its very caps. */
static gboolean
is_sound_wanted (GstLivekitChain *chain, GstCaps *taken, GstLivekitWant have)
{
  return (!chain->open || gst_livekit_want (chain->ghost, taken, chain->media_type) == have) &&
      gst_caps_can_intersect (chain->sound, taken);
}

gboolean
gst_livekit_chain_is_wanted (GstLivekitChain *chain, GstCaps *taken)
{
  GstLivekitWant have =
      gst_livekit_chain_is_raw (chain) ? GST_LIVEKIT_WANT_RAW : GST_LIVEKIT_WANT_UNTOUCHED;

  if (taken && chain->sound)
    return is_sound_wanted (chain, taken, have);
  if (!taken || (chain->decoder && !chain->open))
    return TRUE;
  if (gst_livekit_want (chain->ghost, taken, chain->media_type) != have)
    return FALSE;
  return !chain->decoder || gst_livekit_chain_should_scale (chain, taken) == chain->scales;
}

typedef struct {
  GstCaps *taken; /* owned: accepted by downstream; NULL without one */
  gint width, height;
} Situation;

static Situation
situation_of (GstLivekitChain *chain)
{
  Situation now = { 0 };

  if (chain->downstream)
    now.taken = gst_livekit_downstream_caps (chain->downstream);
  g_mutex_lock (&chain->lock);
  now.width = chain->width_decoded;
  now.height = chain->height_decoded;
  g_mutex_unlock (&chain->lock);
  return now;
}

/* Several threads may run this at once. The last one finds that nothing has changed
 * since it started. */
static gboolean
adapt (GstLivekitChain *chain, gboolean reconsider)
{
  Situation now = situation_of (chain), before;
  gboolean wanted, changed;

  do {
    if (reconsider)
      g_atomic_int_set (&chain->unwanted, !gst_livekit_chain_is_wanted (chain, now.taken));
    wanted = !g_atomic_int_get (&chain->unwanted);
    if (!wanted)
      gst_livekit_chain_keep_from_go (chain);
    if (wanted && chain->filter)
      set_output_caps (chain, now.taken, now.width, now.height);
    before = now;
    now = situation_of (chain);
    changed = now.taken != before.taken || now.width != before.width || now.height != before.height;
    if (before.taken)
      gst_caps_unref (before.taken);
  } while (changed);
  if (now.taken)
    gst_caps_unref (now.taken);
  return wanted;
}

/* Somebody may have been linked behind a tee, and can decode an encoded stream from a key
 * frame on. */
static gboolean
on_reconfigure (GstLivekitChain *chain)
{
  gboolean wanted = adapt (chain, TRUE);

  if (wanted && !chain->decoder)
    livekitChainKeyFrameWanted (chain->handle, -1);
  return wanted;
}

void
gst_livekit_chain_follow_downstream (GstLivekitChain *chain)
{
  if (!chain->downstream)
    return;
  gst_livekit_downstream_attach (chain->downstream, on_reconfigure, chain->life);
  adapt (chain, TRUE); /* downstream may have changed since the query */
}

void
gst_livekit_chain_set_decoded_size (GstLivekitChain *chain, gint width, gint height)
{
  g_mutex_lock (&chain->lock);
  chain->width_decoded = width;
  chain->height_decoded = height;
  g_mutex_unlock (&chain->lock);
  adapt (chain, FALSE);
}

void
gst_livekit_chain_set_output_caps (GstLivekitChain *chain)
{
  adapt (chain, FALSE);
}

gboolean
gst_livekit_chain_outdated (GstLivekitChain *chain)
{
  /* After a gap in encoded video the rest cannot be decoded. */
  return g_atomic_int_get (&chain->unwanted) || gst_livekit_chain_has_failed (chain) ||
      gst_livekit_chain_has_paused (chain) ||
      (!chain->decoder && !chain->sound && g_atomic_int_get (&chain->kept) > 0);
}
