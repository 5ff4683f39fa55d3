/* Decoders that fail on purpose. Each is a factory of its own, because decoders are
 * chosen by factory; all take VP8 and H.264, and the ones that work give black
 * pictures of 64x48. */
#ifndef GST_LIVEKIT_TEST_DECODER_H
#define GST_LIVEKIT_TEST_DECODER_H

#include <gst/gst.h>

G_BEGIN_DECLS

typedef enum {
  GST_LIVEKIT_TEST_DECODER_UNREADY, /* does not reach READY */
  GST_LIVEKIT_TEST_DECODER_BROKEN,  /* posts an error at the first frame */
  GST_LIVEKIT_TEST_DECODER_SILENT,  /* refuses the first frame, without a word */
  GST_LIVEKIT_TEST_DECODER_LATE,    /* posts an error at the fifth frame */
  GST_LIVEKIT_TEST_DECODER_MEMORY,  /* has pictures in a memory of its own, if that is welcome */
  GST_LIVEKIT_TEST_DECODER_GONE,    /* says at the first frame that its device is gone */
  GST_LIVEKIT_TEST_DECODERS,
} GstLivekitTestDecoderKind;

/* Registers them all, with rank NONE. Once per process. */
gboolean gst_livekit_test_decoder_register (void);

/* The name of its factory; static. */
const gchar *gst_livekit_test_decoder_name (GstLivekitTestDecoderKind kind);

/* Puts it in front of all other decoders (rank > 0: among these, by rank), or, with
 * 0, out of the choice. */
void gst_livekit_test_decoder_prefer (GstLivekitTestDecoderKind kind, guint rank);

/* How many were made. */
gint gst_livekit_test_decoder_made (GstLivekitTestDecoderKind kind);

G_END_DECLS

#endif
