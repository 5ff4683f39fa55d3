#ifndef GST_LIVEKIT_DECODER_H
#define GST_LIVEKIT_DECODER_H

#include <gst/gst.h>

/* Makes the best decoder for `caps` that reaches READY, hardware first as ranks
 * say, each next one after a warning on `parent`'s debug log. Returns a floating
 * reference, or NULL when no installed decoder takes these caps. */
GstElement *gst_livekit_decoder_new (GstCaps *caps);

/* Makes the parser for `caps`, floating, or NULL when they need none. */
GstElement *gst_livekit_parser_new (GstCaps *caps);

/* Loads the plugin of the decoder that would be chosen. libav takes 0.2 s. */
void gst_livekit_decoder_preload (GstCaps *caps);

#endif
