/* What is linked downstream of a pad, and which caps it accepts. This is the only
 * code that queries the caps of the peer.
 *
 * The peer is queried once after each RECONFIGURE event, which a new link sends as
 * well, and whenever no answer is known. The answer decides between raw and encoded
 * video, the format of a chain's output, and the picture size that is requested from
 * the server. */
#ifndef GST_LIVEKIT_DOWNSTREAM_H
#define GST_LIVEKIT_DOWNSTREAM_H

#include "life.h"

/* Owned by its pad: whoever uses it must hold a reference on the pad. */
typedef struct _GstLivekitDownstream GstLivekitDownstream;

/* Adapts a chain to a new answer, on the thread that sent the event. Returns FALSE if
 * the chain cannot be adapted; its elements then do not get the event. */
typedef gboolean (*GstLivekitDownstreamAdapt) (GstLivekitChain *chain);

/* Returns the GstLivekitDownstream of `pad` (borrowed), and creates it if necessary. */
GstLivekitDownstream *gst_livekit_downstream_of (GstPad *pad);

/* The accepted caps: _caps() returns the last answer, _ask() sends a new query. The
 * caller frees the result. */
GstCaps *gst_livekit_downstream_caps (GstLivekitDownstream *downstream);
GstCaps *gst_livekit_downstream_ask (GstLivekitDownstream *downstream);

/* How often downstream has changed. A change is counted before the peer is queried. */
gint gst_livekit_downstream_changes (GstLivekitDownstream *downstream);

/* The largest picture that downstream accepts, in pixels, 0 = any. */
void gst_livekit_downstream_size (GstLivekitDownstream *downstream, gint *width, gint *height);

/* Whether downstream accepts data: the pad is linked, and no data waits because it is
 * blocked. */
gboolean gst_livekit_downstream_is_open (GstLivekitDownstream *downstream);

/* Sets which chain adapts, for as long as it lives. */
void gst_livekit_downstream_attach (GstLivekitDownstream *downstream,
    GstLivekitDownstreamAdapt adapt, GstLivekitLife *life);

/* Makes changes of downstream call Go with this handle; 0 = stop. A call may still be
 * running then. */
void gst_livekit_downstream_watch (GstLivekitDownstream *downstream, uintptr_t handle);

#endif
