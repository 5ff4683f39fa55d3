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

/* How many links are followed to find a muxer. */
#define MAX_LINKS 16

static gboolean leads_to_muxer (GstPad *pad, guint depth);

/* Whether data that enters an element at the sink pad `peer` reaches a muxer. */
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

/* Follows a source pad, through bins, queues, parsers and tees, for at most `depth`
 * links. */
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

gboolean
gst_livekit_leads_to_muxer (GstPad *pad)
{
  return leads_to_muxer (pad, MAX_LINKS);
}

const char *
gst_livekit_raw_type (const char *media_type)
{
  return g_str_has_prefix (media_type, "audio/") ? "audio/x-raw" : RAW;
}

GstLivekitWant
gst_livekit_want (GstPad *pad, GstCaps *caps, const char *media_type)
{
  GstLivekitWant want = GST_LIVEKIT_WANT_NEITHER;
  gboolean both = FALSE;
  guint i;

  if (gst_caps_is_any (caps) || gst_caps_is_empty (caps))
    return GST_LIVEKIT_WANT_RAW;
  for (i = 0; i < gst_caps_get_size (caps); i++) {
    const gchar *name = gst_structure_get_name (gst_caps_get_structure (caps, i));
    gboolean untouched = g_str_equal (name, media_type);

    if (!untouched && !g_str_equal (name, gst_livekit_raw_type (media_type)))
      continue;
    if (want == GST_LIVEKIT_WANT_NEITHER)
      want = untouched ? GST_LIVEKIT_WANT_UNTOUCHED : GST_LIVEKIT_WANT_RAW;
    else if (untouched)
      both = TRUE;
  }
  if (want == GST_LIVEKIT_WANT_RAW && both && leads_to_muxer (pad, MAX_LINKS))
    want = GST_LIVEKIT_WANT_UNTOUCHED;
  return want;
}

static gboolean
is_caps_filter (GstElement *element)
{
  GstElementFactory *factory = element ? gst_element_get_factory (element) : NULL;

  return factory && g_str_equal (GST_OBJECT_NAME (factory), "capsfilter");
}

/* The only source pad that data from `peer` leaves through, or NULL. */
static GstPad *
only_way_on (GstPad *peer)
{
  GstIterator *pads = gst_pad_iterate_internal_links (peer);
  GValue item = G_VALUE_INIT;
  GstPad *next = NULL;

  if (pads && gst_iterator_next (pads, &item) == GST_ITERATOR_OK) {
    next = g_value_dup_object (&item);
    g_value_unset (&item);
  }
  if (pads)
    gst_iterator_free (pads);
  return next;
}

static gboolean
wants_untouched (GstPad *pad, const char *media_type)
{
  GstCaps *caps = gst_pad_peer_query_caps (pad, NULL);
  gboolean untouched = gst_livekit_want (pad, caps, media_type) == GST_LIVEKIT_WANT_UNTOUCHED;

  gst_caps_unref (caps);
  return untouched;
}

/* Whether a peer of one of an element's source pads wants the encoded stream. */
static gboolean
has_untouched_branch (GstElement *element, const char *media_type)
{
  gboolean found = FALSE;
  GList *pads = NULL, *l;

  GST_OBJECT_LOCK (element);
  pads = g_list_copy_deep (element->srcpads, (GCopyFunc) (void (*) (void)) gst_object_ref, NULL);
  GST_OBJECT_UNLOCK (element);
  for (l = pads; l && !found; l = l->next)
    found = gst_pad_is_linked (l->data) && wants_untouched (l->data, media_type);
  g_list_free_full (pads, gst_object_unref);
  return found;
}

/* Whether the encoded stream may enter an element. What comes out behind a converter or
 * an encoder is another stream. */
static gboolean
may_enter (GstPad *peer, const char *media_type)
{
  GstCaps *stream = gst_caps_new_empty_simple (media_type);
  GstCaps *possible = gst_pad_get_pad_template_caps (peer);
  gboolean may = gst_caps_can_intersect (stream, possible);

  gst_caps_unref (possible);
  gst_caps_unref (stream);
  return may;
}

/* Whether data from `pad` reaches a tee of which one branch wants the encoded stream.
 * A capsfilter in front of the tee takes precedence. */
static gboolean
tee_disagrees (GstPad *pad, const char *media_type)
{
  GstPad *next = gst_object_ref (pad), *peer;
  gboolean found = FALSE;
  guint depth;

  for (depth = 0; next && depth < 16 && !found; depth++) {
    GstElement *element = NULL;

    peer = gst_pad_get_peer (next);
    g_clear_pointer (&next, gst_object_unref);
    if (peer && may_enter (peer, media_type))
      element = gst_pad_get_parent_element (peer);
    else
      gst_clear_object (&peer);
    if (element && element->numsrcpads > 1)
      found = has_untouched_branch (element, media_type);
    else if (peer && !is_caps_filter (element))
      next = only_way_on (peer);
    gst_clear_object (&element);
    gst_clear_object (&peer);
  }
  gst_clear_object (&next);
  return found;
}

/* Whether downstream accepts raw video with an unknown frame rate. */
static gboolean
takes_any_rate (GstCaps *caps)
{
  GstCaps *any = gst_caps_from_string (RAW "(ANY), framerate=(fraction)0/1");
  gboolean takes = gst_caps_can_intersect (any, caps);

  gst_caps_unref (any);
  return takes;
}

const char *
gst_livekit_want_complaint (GstPad *pad, GstCaps *caps, const char *media_type, GstLivekitWant want)
{
  if (want != GST_LIVEKIT_WANT_RAW || !gst_pad_is_linked (pad))
    return NULL;
  if (tee_disagrees (pad, media_type))
    return g_str_has_prefix (media_type, "audio/")
        ? "behind the tee, one branch takes the stream and another only samples: put decodebin "
          "behind the tee in the branch that takes samples"
        : "behind the tee, one branch takes the stream and another only pictures: put decodebin "
          "behind the tee in the branch that takes pictures";
  if (gst_caps_is_empty (caps))
    return "the next elements accept nothing in common";
  if (!g_str_has_prefix (media_type, "audio/") && !takes_any_rate (caps))
    return "the next element takes only a fixed frame rate, and LiveKit does not tell one: put "
           "videorate in front of it";
  return NULL;
}

GstCaps *
gst_livekit_want_memory (GstCaps *wanted, GstCaps *raw)
{
  GstCaps *all = gst_caps_new_empty ();
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
