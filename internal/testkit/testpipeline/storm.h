/* What a busy pipeline sends to a source: events and queries of every kind, from many
 * threads, at any moment. */
#ifndef GST_LIVEKIT_TEST_STORM_H
#define GST_LIVEKIT_TEST_STORM_H

#include "pipeline.h"

typedef enum {
  GST_LIVEKIT_TEST_STORM_KEY_FRAMES = 1 << 0, /* GstForceKeyUnit */
  GST_LIVEKIT_TEST_STORM_RECONFIGURE = 1 << 1,
  GST_LIVEKIT_TEST_STORM_LATENCY = 1 << 2,
  GST_LIVEKIT_TEST_STORM_OTHERS = 1 << 3,
  GST_LIVEKIT_TEST_STORM_QUERIES = 1 << 4,
} GstLivekitTestStormKind;

typedef struct _GstLivekitTestStorm GstLivekitTestStorm;

/* Begins to send, from `threads` threads, what follows from `seed`. */
GstLivekitTestStorm *gst_livekit_test_storm_new (GstLivekitTestPipeline *pipeline,
    GstLivekitTestStormKind kinds, guint32 seed, guint threads);

/* Waits until each thread has sent so many more. */
void gst_livekit_test_storm_await (GstLivekitTestStorm *storm, guint more);

/* Ends it, waits for the threads, and returns how much they sent. */
guint gst_livekit_test_storm_stop (GstLivekitTestStorm *storm);

#endif
