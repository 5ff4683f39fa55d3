/* The way out of a chain in an element, whose downstream may change while data flows:
 * it keeps back what was made for the downstream of before. */
#ifndef GST_LIVEKIT_GATE_H
#define GST_LIVEKIT_GATE_H

#include "chain.h"

typedef struct {
  gint reconfigured; /* atomic: since the last gst_livekit_gate_reconfigured() */
  gint suspect;      /* atomic: > 0 when downstream may not take the present caps any more */
  gint kept;         /* atomic: buffers that did not go through */
} GstLivekitGate;

/* Watches what goes through `pad`, which data leaves the chain through. */
void gst_livekit_gate_install (GstLivekitChain *chain, GstPad *pad);

/* Whether downstream has asked for a renegotiation since the last call. */
gboolean gst_livekit_gate_reconfigured (GstLivekitGate *gate);

/* Whether a renegotiation is under way. */
gboolean gst_livekit_gate_is_suspect (GstLivekitGate *gate);

/* How many buffers were kept back. */
guint gst_livekit_gate_kept (GstLivekitGate *gate);

#endif
