/* Access from callbacks to a chain that may have been freed.
 *
 * A probe or a handler can run on any thread while its chain is stopped and freed:
 * events come from downstream and from the application, and messages from any thread
 * that posts them. So callbacks hold the chain's life instead of the chain, and take
 * a reference on the chain only while they run. GStreamer releases a probe's data
 * while it holds the pad's lock, and a chain must not be freed with that lock held. */
#ifndef GST_LIVEKIT_LIFE_H
#define GST_LIVEKIT_LIFE_H

#include "chain.h"

typedef struct _GstLivekitLife GstLivekitLife;

GstLivekitLife *gst_livekit_life_new (GstLivekitChain *chain);
GstLivekitLife *gst_livekit_life_ref (GstLivekitLife *life);

/* Frees only this structure and not the chain, so that it may be called with any lock
 * held. It is a GDestroyNotify. */
void gst_livekit_life_unref (gpointer life);

/* Returns a reference on the chain, to be released with gst_livekit_chain_unref(), or
 * NULL if it was stopped. */
GstLivekitChain *gst_livekit_life_enter (gpointer life);

/* From now on gst_livekit_life_enter() returns NULL. */
void gst_livekit_life_end (GstLivekitLife *life);

/* A probe that is called until the chain is stopped. Afterwards all data passes. */
typedef GstPadProbeReturn (
    *GstLivekitProbe) (GstLivekitChain *chain, GstPad *pad, GstPadProbeInfo *info);

/* Adds such a probe to a pad. Returns its id, for gst_pad_remove_probe(). */
gulong gst_livekit_life_watch_pad (GstLivekitLife *life, GstPad *pad, GstPadProbeType type,
    GstLivekitProbe callback);

/* Adds such a probe to a pad of an element, for as long as the element lives. */
void gst_livekit_life_add_probe (GstLivekitLife *life, GstElement *element, const char *pad_name,
    GstPadProbeType type, GstLivekitProbe callback);

#endif
