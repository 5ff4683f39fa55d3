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

typedef struct {
  GstLivekitLife *life; /* owned */
  GstLivekitProbe probe;
} Probe;

static GstPadProbeReturn
on_probe (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Probe *probe = data;
  GstLivekitChain *chain = gst_livekit_life_enter (probe->life);
  GstPadProbeReturn ret = GST_PAD_PROBE_OK;

  if (chain) {
    ret = probe->probe (chain, pad, info);
    gst_livekit_chain_unref (chain);
  }
  return ret;
}

static void
free_probe (gpointer data)
{
  gst_livekit_life_unref (((Probe *) data)->life);
  g_free (data);
}

gulong
gst_livekit_life_watch_pad (GstLivekitLife *life, GstPad *pad, GstPadProbeType type,
    GstLivekitProbe callback)
{
  Probe *probe = g_new (Probe, 1);

  *probe = (Probe) { gst_livekit_life_ref (life), callback };
  return gst_pad_add_probe (pad, type, on_probe, probe, free_probe);
}

void
gst_livekit_life_add_probe (GstLivekitLife *life, GstElement *element, const char *pad_name,
    GstPadProbeType type, GstLivekitProbe callback)
{
  GstPad *pad = gst_element_get_static_pad (element, pad_name);

  gst_livekit_life_watch_pad (life, pad, type, callback);
  gst_object_unref (pad);
}
