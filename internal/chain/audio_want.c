#include "audio_want.h"

#include "want.h"

/* Every receiver of two channels without a mask takes them as left and right, but some
 * name them. */
static void
name_channels (GstStructure *structure)
{
  gint channels;

  if (gst_structure_get_int (structure, "channels", &channels) && channels == 2 &&
      !gst_structure_has_field (structure, "channel-mask"))
    gst_structure_set (structure, "channel-mask", GST_TYPE_BITMASK, (guint64) 3, NULL);
}

/* The order of the formats in downstream's caps says nothing: what needs no conversion
 * comes first. */
static GstCaps *
fixed_samples (const GstLivekitSound *sound, GstCaps *taken)
{
  GstCaps *given = gst_caps_from_string (sound->raw_caps), *caps;
  GstStructure *structure;

  caps = gst_caps_is_any (taken) ? gst_caps_ref (given)
                                 : gst_caps_intersect_full (taken, given, GST_CAPS_INTERSECT_FIRST);
  gst_caps_unref (given);
  if (gst_caps_is_empty (caps)) {
    gst_caps_unref (caps);
    return NULL;
  }
  caps = gst_caps_make_writable (gst_caps_truncate (caps));
  structure = gst_caps_get_structure (caps, 0);
  gst_structure_fixate_field_string (structure, "format", "S16LE");
  gst_structure_fixate_field_nearest_int (structure, "rate", sound->rate);
  gst_structure_fixate_field_nearest_int (structure, "channels", sound->channels);
  name_channels (structure);
  return gst_caps_fixate (caps);
}

GstCaps *
gst_livekit_audio_want (GstPad *pad, const GstLivekitSound *sound, const char **complaint)
{
  GstLivekitDownstream *downstream = gst_livekit_downstream_of (pad);
  GstCaps *encoded = gst_caps_from_string (sound->encoded_caps), *caps = NULL;
  const char *media_type = gst_structure_get_name (gst_caps_get_structure (encoded, 0));
  GstCaps *taken = gst_livekit_downstream_ask (downstream);
  GstLivekitWant want = sound->raw ? GST_LIVEKIT_WANT_RAW : GST_LIVEKIT_WANT_UNTOUCHED;

  if (sound->raw && sound->encoded)
    want = gst_livekit_want (pad, taken, media_type);
  *complaint = gst_livekit_want_complaint (pad, taken, media_type, want);
  if (!*complaint && want == GST_LIVEKIT_WANT_RAW)
    caps = fixed_samples (sound, taken);
  else if (!*complaint && want == GST_LIVEKIT_WANT_UNTOUCHED &&
      gst_caps_can_intersect (encoded, taken))
    caps = gst_caps_ref (encoded);
  gst_caps_unref (taken);
  gst_caps_unref (encoded);
  return caps;
}
