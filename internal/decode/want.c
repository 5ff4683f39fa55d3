#include "want.h"

#include <string.h>

#define RAW "video/x-raw"

static gboolean
is_muxer (GstElement *element)
{
  const gchar *klass =
      gst_element_class_get_metadata (GST_ELEMENT_GET_CLASS (element), GST_ELEMENT_METADATA_KLASS);

  return klass && strstr (klass, "Muxer");
}

static gboolean leads_to_muxer (GstPad *pad, guint depth);

/* Whether one of the pads that data from the sink pad `peer` leaves through does. */
static gboolean
passes_to_muxer (GstPad *peer, guint depth)
{
  GstIterator *pads = gst_pad_iterate_internal_links (peer);
  GValue item = G_VALUE_INIT;
  gboolean found = FALSE, done = !pads;

  while (!done && !found) {
    switch (gst_iterator_next (pads, &item)) {
      case GST_ITERATOR_OK:
        found = leads_to_muxer (g_value_get_object (&item), depth);
        g_value_reset (&item);
        break;
      case GST_ITERATOR_RESYNC:
        gst_iterator_resync (pads);
        break;
      default:
        done = TRUE;
        break;
    }
  }
  if (G_IS_VALUE (&item))
    g_value_unset (&item);
  if (pads)
    gst_iterator_free (pads);
  return found;
}

/* Follows a source pad, through bins and past queues, parsers and tees, for
 * at most `depth` links. */
static gboolean
leads_to_muxer (GstPad *pad, guint depth)
{
  GstPad *peer = depth > 0 ? gst_pad_get_peer (pad) : NULL;
  GstElement *element = peer ? gst_pad_get_parent_element (peer) : NULL;
  gboolean found = FALSE;

  if (element && is_muxer (element))
    found = TRUE;
  else if (peer)
    found = passes_to_muxer (peer, depth - 1);
  gst_clear_object (&element);
  gst_clear_object (&peer);
  return found;
}

GstLivekitWant
gst_livekit_want (GstPad *pad, const char *media_type)
{
  GstCaps *caps = gst_pad_peer_query_caps (pad, NULL);
  GstLivekitWant want = GST_LIVEKIT_WANT_NEITHER;
  gboolean both = FALSE;
  guint i;

  if (gst_caps_is_any (caps) || gst_caps_is_empty (caps)) {
    gst_caps_unref (caps);
    return GST_LIVEKIT_WANT_RAW;
  }
  for (i = 0; i < gst_caps_get_size (caps); i++) {
    const gchar *name = gst_structure_get_name (gst_caps_get_structure (caps, i));
    gboolean untouched = g_str_equal (name, media_type);

    if (!untouched && !g_str_equal (name, RAW))
      continue;
    if (want == GST_LIVEKIT_WANT_NEITHER)
      want = untouched ? GST_LIVEKIT_WANT_UNTOUCHED : GST_LIVEKIT_WANT_RAW;
    else if (untouched)
      both = TRUE;
  }
  gst_caps_unref (caps);
  if (want == GST_LIVEKIT_WANT_RAW && both && leads_to_muxer (pad, 16))
    want = GST_LIVEKIT_WANT_UNTOUCHED;
  return want;
}

GstCaps *
gst_livekit_want_memory (GstPad *pad, GstCaps *raw)
{
  GstCaps *wanted = gst_pad_peer_query_caps (pad, NULL), *all = gst_caps_new_empty ();
  guint i;

  for (i = 0; !gst_caps_is_any (wanted) && i < gst_caps_get_size (wanted); i++) {
    GstCapsFeatures *features = gst_caps_get_features (wanted, i);

    if (!gst_structure_has_name (gst_caps_get_structure (wanted, i), RAW) ||
        gst_caps_features_is_any (features))
      continue;
    if (gst_caps_features_contains (features, GST_CAPS_FEATURE_MEMORY_SYSTEM_MEMORY))
      all = gst_caps_merge (all, gst_caps_ref (raw));
    else
      all = gst_caps_merge_structure_full (all, gst_structure_new_empty (RAW),
          gst_caps_features_copy (features));
  }
  gst_caps_unref (wanted);
  return gst_caps_merge (all, raw);
}

gboolean
gst_livekit_names_memory (GstCaps *caps)
{
  guint i;

  for (i = 0; i < gst_caps_get_size (caps); i++) {
    if (!gst_caps_features_contains (gst_caps_get_features (caps, i),
            GST_CAPS_FEATURE_MEMORY_SYSTEM_MEMORY))
      return TRUE;
  }
  return FALSE;
}
