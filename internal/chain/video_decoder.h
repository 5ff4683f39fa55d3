#ifndef GST_LIVEKIT_DECODER_H
#define GST_LIVEKIT_DECODER_H

#include <gst/gst.h>

/* Hears of a decoder that does not reach READY, why not, and which one is tried
 * next: NULL when there is none. All borrowed. */
typedef void (*GstLivekitDecoderFailed) (const char *decoder, const char *reason, const char *next,
    gpointer data);

/* Makes the best decoder for `caps` that reaches READY, hardware first as ranks
 * say, leaving out those of the factories `bad`, NULL-terminated. Returns a floating
 * reference, or NULL when no installed decoder takes these caps. */
GstElement *gst_livekit_decoder_new (GstCaps *caps, const char *const *bad,
    GstLivekitDecoderFailed failed, gpointer data);

/* The factory that comes after the one called `decoder`, in the same sense, or
 * NULL. The caller frees. */
gchar *gst_livekit_decoder_after (GstCaps *caps, const char *const *bad, const char *decoder);

/* The factory of the parser for `caps`, or NULL when they need none. */
const char *gst_livekit_parser_for (GstCaps *caps);

/* Makes the parser for `caps` in front of a decoder, floating, or NULL when that needs
 * none or it is not installed. */
GstElement *gst_livekit_parser_new (GstCaps *caps, GstElement *decoder);

/* Loads the plugin of the decoder that would be chosen. libav takes 0.2 s. */
void gst_livekit_decoder_preload (GstCaps *caps);

#endif
