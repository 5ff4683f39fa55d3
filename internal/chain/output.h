/* The downstream end of a chain: a queue behind the element's pad, or an
 * appsink that a Go program reads. Both keep a bounded number of decoded frames
 * and drop the oldest. Of an encoded stream the queue drops nothing, because what
 * follows could not be decoded: then whoever pushes must look at its level. */
#ifndef GST_LIVEKIT_OUTPUT_H
#define GST_LIVEKIT_OUTPUT_H

#include "chain.h"

typedef struct {
  GstElement *queue;   /* owned, or NULL */
  GstElement *appsink; /* owned, or NULL */
  gboolean untouched;  /* the queue holds access units */
  guint capacity;      /* frames, 0 = no limit */
  GMutex lock;         /* guards the counts */
  guint64 in, out;     /* frames into and out of the queue or appsink */
  guint64 overwritten; /* of the appsink, which does not count them itself */
  guint early;         /* frames that are held back for the latency only */

  /* Of an appsink. */
  gint arrived;      /* atomic: frames that came in, which Go reads where it lies */
  int arrival;       /* borrowed: the eventfd that says so */
  GstCaps *caps;     /* owned: of the last frame that was pulled, or NULL */
  GstVideoInfo info; /* made of them */
} GstLivekitOutput;

void gst_livekit_output_init (GstLivekitOutput *output);
/* Put the end of a chain behind its element `last`. */
gboolean gst_livekit_output_add_pad (GstLivekitChain *chain, GstElement *last,
    const GstLivekitChainConfig *config, gboolean untouched, GError **error);
gboolean gst_livekit_output_add_appsink (GstLivekitChain *chain, GstElement *last,
    const GstLivekitChainConfig *config, GError **error);

/* Access units in the queue that downstream is late for; 0 for decoded frames. */
guint gst_livekit_output_backlog (GstLivekitOutput *output);

/* For one thread at a time. */
GstLivekitFrame *gst_livekit_output_pull (GstLivekitOutput *output);

/* Takes a GAP event and puts it behind the last frame. A decoder in between would
 * forget its references at it. */
void gst_livekit_output_gap (GstLivekitOutput *output, GstEvent *event);

guint64 gst_livekit_output_dropped (GstLivekitOutput *output);
void gst_livekit_output_clear (GstLivekitOutput *output);

#endif
