#ifndef GST_LIVEKIT_DECODER_H
#define GST_LIVEKIT_DECODER_H

#include <gst/gst.h>

/* Called for a decoder that does not reach READY, with the reason and the decoder
 * that is tried next, NULL if there is none. All arguments are borrowed. */
typedef void (*GstLivekitDecoderFailed) (const char *decoder, const char *reason, const char *next,
    gpointer data);

/* Creates the best decoder for `caps` that reaches READY, in the order of rank,
 * except those of the factories in `bad`, NULL-terminated. Returns a floating
 * reference, or NULL if no installed decoder accepts these caps. */
GstElement *gst_livekit_decoder_new (GstCaps *caps, const char *const *bad,
    GstLivekitDecoderFailed failed, gpointer data);

/* The factory of the decoder that is tried after the one called `decoder`, or NULL.
 * The caller frees. */
gchar *gst_livekit_decoder_after (GstCaps *caps, const char *const *bad, const char *decoder);

/* The factory of the parser for `caps`, or NULL when they need none. */
const char *gst_livekit_parser_for (GstCaps *caps);

/* Creates the parser for `caps` in front of a decoder. Returns a floating reference,
 * or NULL if the decoder needs no parser or the parser is not installed. */
GstElement *gst_livekit_parser_new (GstCaps *caps, GstElement *decoder);

/* Loads the plugin of the decoder that would be chosen. libav takes 0.2 s to load. */
void gst_livekit_decoder_preload (GstCaps *caps);

#endif
