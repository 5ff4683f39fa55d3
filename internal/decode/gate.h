/* The way out of a chain in an element, whose downstream may change while data flows:
 * it keeps back what was made for the downstream of before. */
#ifndef GST_LIVEKIT_GATE_H
#define GST_LIVEKIT_GATE_H

#include <gst/gst.h>

/* Looks at what downstream wants now. FALSE: nothing that the chain could give, so
 * that its elements are not to hear of it. */
typedef gboolean (*GstLivekitGateChanged) (gpointer data);

typedef struct {
  GstPad *ghost; /* borrowed: the element's pad */
  GstPad *pad;   /* borrowed: what data leaves the chain through */
  GstLivekitGateChanged changed;
  gpointer data;
  gint reconfigured; /* atomic: since the last gst_livekit_gate_reconfigured() */
  gint suspect;      /* atomic: > 0 when downstream may not take the present caps any more */
  gint kept;         /* atomic: buffers that did not go through */
} GstLivekitGate;

/* Watches what goes through `pad`; both pads must outlive that. */
void gst_livekit_gate_install (GstLivekitGate *gate, GstPad *pad, GstPad *ghost);

/* Sets what is called, from any thread, when downstream asks for a renegotiation. */
void gst_livekit_gate_connect (GstLivekitGate *gate, GstLivekitGateChanged changed, gpointer data);

/* Whether downstream has asked for a renegotiation since the last call. */
gboolean gst_livekit_gate_reconfigured (GstLivekitGate *gate);

/* Whether a renegotiation is under way. */
gboolean gst_livekit_gate_is_suspect (GstLivekitGate *gate);

/* How many buffers were kept back. */
guint gst_livekit_gate_kept (GstLivekitGate *gate);

#endif
