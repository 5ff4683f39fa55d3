#ifndef GST_LIVEKIT_THREADS_H
#define GST_LIVEKIT_THREADS_H

#include <gst/gst.h>

/* Gives a decoder as many threads as the size of its pictures needs, now and whenever
 * the size changes, but none that delay pictures. Unknown decoders keep their own
 * settings. Properties that are set later, for instance by a handler of
 * deep-element-added, are not changed. */
void gst_livekit_threads_choose (GstElement *decoder);

#endif
