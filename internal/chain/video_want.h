/* What the elements downstream of a pad want of an encoded stream. */
#ifndef GST_LIVEKIT_WANT_H
#define GST_LIVEKIT_WANT_H

#include <gst/gst.h>

typedef enum {
  GST_LIVEKIT_WANT_RAW,       /* decoded pictures; also when anything is welcome */
  GST_LIVEKIT_WANT_UNTOUCHED, /* the encoded stream itself */
  GST_LIVEKIT_WANT_NEITHER,
} GstLivekitWant;

/* What is wanted of a stream of this media type by the peer of `pad`, which takes `caps`:
 * the one of video/x-raw and media_type that comes first in them. In a muxer's caps the
 * order says nothing, and a stream is put into a file as it is. */
GstLivekitWant gst_livekit_want (GstPad *pad, GstCaps *caps, const char *media_type);

/* Why a chain that gives what the peer wants could not go on all the same, as a sentence
 * that says what to do; NULL if it can. */
const char *gst_livekit_want_complaint (GstPad *pad, GstCaps *caps, const char *media_type,
    GstLivekitWant want);

/* Adds to `raw`, which is in system memory, the same formats in each other kind of
 * memory that `wanted` names. Kinds that `wanted` names before system memory come first,
 * in its order. Takes raw; the caller frees the result. */
GstCaps *gst_livekit_want_memory (GstCaps *wanted, GstCaps *raw);

/* Whether `caps` name another memory than the system's. */
gboolean gst_livekit_names_memory (GstCaps *caps);

#endif
