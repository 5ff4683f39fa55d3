/* How callbacks reach a chain that may be gone.
 *
 * A probe or a handler can be under way on any thread while its chain is stopped and
 * freed: events come from downstream and from the application, messages from wherever
 * they are posted. So each of them holds the chain's life, and not the chain, and takes
 * a reference on the chain for as long as it runs. GStreamer gives up what a probe
 * holds with the lock of its pad held, and a chain must not be freed under that. */
#ifndef GST_LIVEKIT_LIFE_H
#define GST_LIVEKIT_LIFE_H

#include "chain.h"

typedef struct _GstLivekitLife GstLivekitLife;

GstLivekitLife *gst_livekit_life_new (GstLivekitChain *chain);
GstLivekitLife *gst_livekit_life_ref (GstLivekitLife *life);

/* Frees nothing but a little memory: it may be called with any lock held. It is a
 * GDestroyNotify. */
void gst_livekit_life_unref (gpointer life);

/* A reference on the chain, for gst_livekit_chain_unref(), or NULL when it has
 * stopped. */
GstLivekitChain *gst_livekit_life_enter (gpointer life);

/* Lets nobody enter any more. */
void gst_livekit_life_end (GstLivekitLife *life);

/* A probe for as long as the chain lives: then everything passes. */
typedef GstPadProbeReturn (
    *GstLivekitProbe) (GstLivekitChain *chain, GstPad *pad, GstPadProbeInfo *info);

/* Adds one to a pad, which knows it by what this returns. */
gulong gst_livekit_life_watch_pad (GstLivekitLife *life, GstPad *pad, GstPadProbeType type,
    GstLivekitProbe callback);

/* Adds one to a pad of an element, for as long as that lives. */
void gst_livekit_life_add_probe (GstLivekitLife *life, GstElement *element, const char *pad_name,
    GstPadProbeType type, GstLivekitProbe callback);

#endif
