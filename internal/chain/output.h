/* The downstream end of a chain: the element's pad, or an appsink that a Go program
 * reads. In front of the pad, and in the appsink, waits a limited number of decoded
 * frames: the oldest are dropped. What is not decoded waits in the source, where
 * access units are never dropped, because what follows could not be decoded: the code
 * that pushes must check how many there are. */
#ifndef GST_LIVEKIT_OUTPUT_H
#define GST_LIVEKIT_OUTPUT_H

#include "chain.h"
#include "source.h"

#include <gst/app/app.h>

typedef struct {
  GstElement *queue;           /* owned: of decoded frames, or NULL */
  GstElement *appsink;         /* owned, or NULL */
  GstLivekitSource *source;    /* owned: of a chain that does not decode, or NULL */
  GstClockTime sound_capacity; /* for sound: NONE = no limit */
  guint capacity;              /* frames, 0 = no limit */
  GMutex lock;                 /* guards the counts */
  guint64 in, out;             /* frames into and out of the queue or appsink */
  guint64 overwritten;         /* frames dropped by the appsink, which does not count them itself */
  GstClockTime latency;        /* of the pipeline */
  GstClockTime delay;          /* of the frames, beyond that */
  guint early;                 /* frames that are only held back for the two */

  /* For an appsink. */
  gint arrived;      /* atomic: frames that arrived; Go reads it in place */
  int arrival;       /* borrowed: an eventfd, written to for each frame */
  GstCaps *caps;     /* owned: the caps of the last pulled frame, or NULL */
  GstVideoInfo info; /* parsed from `caps` */
} GstLivekitOutput;

void gst_livekit_output_init (GstLivekitOutput *output);

/* Add the end of a chain after its element `last` (borrowed): of one that decodes, and of
 * one for sound or for a stream that is not decoded. */
gboolean gst_livekit_output_add_queue (GstLivekitChain *chain, GstElement *last,
    const GstLivekitChainConfig *config, GError **error);
void gst_livekit_output_add_source (GstLivekitChain *chain, GstElement *last,
    const GstLivekitChainConfig *config);
gboolean gst_livekit_output_add_appsink (GstLivekitChain *chain, GstElement *last,
    const GstLivekitChainConfig *config, GError **error);

/* How many pictures sinks hold back because they follow the clock. */
guint gst_livekit_output_early (GstLivekitOutput *output);

/* Keeps what is shown so much later, too. */
void gst_livekit_output_set_delay (GstLivekitOutput *output, GstClockTime delay);

/* For one thread at a time. */
GstLivekitFrame *gst_livekit_output_pull (GstLivekitOutput *output);

/* Takes a GAP event and sends it after the last frame, past the decoder, which would
 * drop its references. */
void gst_livekit_output_gap (GstLivekitOutput *output, GstEvent *event);

guint64 gst_livekit_output_dropped (GstLivekitOutput *output);
void gst_livekit_output_clear (GstLivekitOutput *output);

#endif
