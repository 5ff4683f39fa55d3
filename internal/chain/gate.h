/* The way out of a chain in an element, whose downstream may change while data flows:
 * it keeps back what was made for the downstream of before. */
#ifndef GST_LIVEKIT_GATE_H
#define GST_LIVEKIT_GATE_H

#include "chain.h"

typedef struct {
  gint settled; /* atomic: how often downstream had changed when it last took the caps */
  gint kept;    /* atomic: buffers that did not go through */
} GstLivekitGate;

/* Watches what goes through `pad`, which data leaves the chain through. */
void gst_livekit_gate_install (GstLivekitChain *chain, GstPad *pad);

/* Whether a renegotiation is under way: downstream may not take the present caps. */
gboolean gst_livekit_gate_is_suspect (GstLivekitChain *chain);

#endif
