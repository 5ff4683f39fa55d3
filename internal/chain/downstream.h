/* What is linked to a pad, and what it takes. Nothing else asks it for its caps.
 *
 * It is asked once whenever it says that it wants something else (a RECONFIGURE event,
 * which a new link sends, too), and when there is no answer yet. From the one answer
 * follow the form and the format of what a chain gives, and the size that the server
 * is asked for. */
#ifndef GST_LIVEKIT_DOWNSTREAM_H
#define GST_LIVEKIT_DOWNSTREAM_H

#include "life.h"

/* Belongs to its pad: whoever uses it holds a reference on that. */
typedef struct _GstLivekitDownstream GstLivekitDownstream;

/* Adapts a chain to a new answer, on the thread that sent the event. FALSE: it cannot be
 * adapted, and none of its elements hears of it. */
typedef gboolean (*GstLivekitDownstreamAdapt) (GstLivekitChain *chain);

/* That of `pad` (borrowed), made when it is first asked for. */
GstLivekitDownstream *gst_livekit_downstream_of (GstPad *pad);

/* The caps that are taken: the last answer, or a new one. The caller frees. */
GstCaps *gst_livekit_downstream_caps (GstLivekitDownstream *downstream);
GstCaps *gst_livekit_downstream_ask (GstLivekitDownstream *downstream);

/* How often it has changed. It is counted before it is asked. */
gint gst_livekit_downstream_changes (GstLivekitDownstream *downstream);

/* The largest picture that is taken of what the pad can give, in pixels, 0 = any. */
void gst_livekit_downstream_size (GstLivekitDownstream *downstream, gint *width, gint *height);

/* Whether anything is taken: the pad is linked, and nothing waits because it is blocked. */
gboolean gst_livekit_downstream_is_open (GstLivekitDownstream *downstream);

/* Which chain adapts, from now on and for as long as it lives. */
void gst_livekit_downstream_attach (GstLivekitDownstream *downstream,
    GstLivekitDownstreamAdapt adapt, GstLivekitLife *life);

/* Has Go called when something may have changed, with this handle; 0 = no more. A call
 * may still be under way then. */
void gst_livekit_downstream_watch (GstLivekitDownstream *downstream, uintptr_t handle);

#endif
