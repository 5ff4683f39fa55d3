/* Whether the elements downstream of a pad want raw or encoded media. */
#ifndef GST_LIVEKIT_WANT_H
#define GST_LIVEKIT_WANT_H

#include <gst/gst.h>

typedef enum {
  GST_LIVEKIT_WANT_RAW,       /* decoded media; also if downstream accepts anything */
  GST_LIVEKIT_WANT_UNTOUCHED, /* the encoded stream */
  GST_LIVEKIT_WANT_NEITHER,
} GstLivekitWant;

/* The name of raw media of the same kind as an encoded media type. */
const char *gst_livekit_raw_type (const char *media_type);

/* Whether data of `pad` reaches a muxer, also through encoders. */
gboolean gst_livekit_leads_to_muxer (GstPad *pad);

/* What the peer of `pad`, which accepts `caps`, wants from a stream of this media
 * type: whichever of raw media and media_type comes first in its caps. A muxer
 * always gets the encoded stream, because the order in its caps says nothing. */
GstLivekitWant gst_livekit_want (GstPad *pad, GstCaps *caps, const char *media_type);

/* Why a chain that gives what the peer wants would fail nevertheless, as a sentence
 * that says what to do; NULL if it would not. */
const char *gst_livekit_want_complaint (GstPad *pad, GstCaps *caps, const char *media_type,
    GstLivekitWant want);

/* Adds to `raw`, which is in system memory, the same formats in each other kind of
 * memory in `wanted`. Kinds that precede system memory in `wanted` come first, in the
 * same order. Takes raw; the caller frees the result. */
GstCaps *gst_livekit_want_memory (GstCaps *wanted, GstCaps *raw);

/* Whether `caps` contain memory other than system memory. */
gboolean gst_livekit_names_memory (GstCaps *caps);

#endif
