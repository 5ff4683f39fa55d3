/* The downstream end of a chain: a queue behind the element's pad, or an
 * appsink that a Go program reads. Both keep a bounded number of decoded frames
 * and drop the oldest. */
#ifndef GST_LIVEKIT_OUTPUT_H
#define GST_LIVEKIT_OUTPUT_H

#include "chain.h"

typedef struct {
  GstElement *queue;   /* owned, or NULL */
  GstElement *appsink; /* owned, or NULL */
  guint capacity;      /* frames, 0 = no limit */
  GMutex lock;         /* guards the counts */
  guint64 in, out;     /* frames into and out of the queue or appsink */
  guint64 overwritten; /* of the appsink, which does not count them itself */
  uintptr_t handle;
} GstLivekitOutput;

void gst_livekit_output_init (GstLivekitOutput *output);
gboolean gst_livekit_output_add_pad (GstLivekitOutput *output, GstBin *bin, GstElement *last,
    const GstLivekitChainConfig *config, GError **error);
gboolean gst_livekit_output_add_appsink (GstLivekitOutput *output, GstBin *bin, GstElement *last,
    const GstLivekitChainConfig *config, GError **error);
GstLivekitFrame *gst_livekit_output_pull (GstLivekitOutput *output);

/* Takes a GAP event and puts it behind the last frame. A decoder in between would
 * forget its references at it. */
void gst_livekit_output_gap (GstLivekitOutput *output, GstEvent *event);

guint64 gst_livekit_output_dropped (GstLivekitOutput *output);
void gst_livekit_output_clear (GstLivekitOutput *output);

#endif
