/* GStreamer's decoder of VP8, with less time than it needs. */
#ifndef GST_LIVEKIT_TEST_SLOW_H
#define GST_LIVEKIT_TEST_SLOW_H

#include <gst/gst.h>

G_BEGIN_DECLS

/* Pictures that are wider than this take 1/15 s longer. */
#define GST_LIVEKIT_TEST_SLOW_WIDTH 640

/* Registers it, with rank NONE. Once per process. */
gboolean gst_livekit_test_slow_register (void);

/* Puts it in front of all other decoders, or out of the choice. */
void gst_livekit_test_slow_prefer (gboolean preferred);

G_END_DECLS

#endif
