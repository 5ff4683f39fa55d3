#include "life.h"

#include "private.h"

struct _GstLivekitLife {
  GMutex lock;
  GstLivekitChain *chain; /* borrowed, guarded by lock; NULL when it has stopped */
};

GstLivekitLife *
gst_livekit_life_new (GstLivekitChain *chain)
{
  GstLivekitLife *life = g_atomic_rc_box_new0 (GstLivekitLife);

  g_mutex_init (&life->lock);
  life->chain = chain;
  return life;
}

GstLivekitLife *
gst_livekit_life_ref (GstLivekitLife *life)
{
  return g_atomic_rc_box_acquire (life);
}

static void
clear (gpointer data)
{
  g_mutex_clear (&((GstLivekitLife *) data)->lock);
}

void
gst_livekit_life_unref (gpointer life)
{
  g_atomic_rc_box_release_full (life, clear);
}

GstLivekitChain *
gst_livekit_life_enter (gpointer data)
{
  GstLivekitLife *life = data;
  GstLivekitChain *chain;

  g_mutex_lock (&life->lock);
  chain = life->chain;
  if (chain)
    gst_livekit_chain_ref (chain);
  g_mutex_unlock (&life->lock);
  return chain;
}

void
gst_livekit_life_end (GstLivekitLife *life)
{
  g_mutex_lock (&life->lock);
  life->chain = NULL;
  g_mutex_unlock (&life->lock);
}

void
gst_livekit_life_add_probe (GstLivekitLife *life, GstPad *pad, GstPadProbeType type,
    GstPadProbeCallback callback)
{
  gst_pad_add_probe (pad, type, callback, gst_livekit_life_ref (life), gst_livekit_life_unref);
}
