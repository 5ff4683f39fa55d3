#ifndef GST_LIVEKIT_THREADS_H
#define GST_LIVEKIT_THREADS_H

#include <gst/gst.h>

/* Gives a decoder as many threads as the size of its pictures needs, now and
 * whenever the size changes, and none that hold pictures back. Decoders that are not
 * known keep their own settings. What is set on the decoder later, by a handler of
 * deep-element-added for instance, is left alone. */
void gst_livekit_threads_choose (GstElement *decoder);

#endif
