#include "downstream.h"

#include "debug.h"
#include "video_size.h"
#include "_cgo_export.h"

#include <unistd.h>

#define GST_CAT_DEFAULT gst_livekit_chain_debug

struct _GstLivekitDownstream {
  GstPad *pad;   /* borrowed: the pad that owns this */
  pid_t process; /* a forked process has neither Go nor the thread that holds the lock */
  gint changes;  /* atomic: how often downstream has changed */

  GMutex lock;             /* guards the fields below; not held while calling anything */
  GstCaps *caps;           /* owned: the last answer, or NULL */
  GstPad *answerer;        /* the pad that gave this answer; only compared */
  guint64 asked, answered; /* the numbers of the last query, and of the query that `caps` answers */
  uintptr_t watcher;       /* a Go handle, or 0 */
  GstLivekitDownstreamAdapt adapt; /* adapts the last chain, or NULL */
  GstLivekitLife *life;            /* owned: the life of the last chain */
};

GstCaps *
gst_livekit_downstream_ask (GstLivekitDownstream *downstream)
{
  GstPad *peer;
  GstCaps *caps;
  guint64 number;

  g_mutex_lock (&downstream->lock);
  number = ++downstream->asked;
  g_mutex_unlock (&downstream->lock);
  peer = gst_pad_get_peer (downstream->pad);
  caps = peer ? gst_pad_query_caps (peer, NULL) : gst_caps_new_any ();
  g_mutex_lock (&downstream->lock);
  if (number > downstream->answered) {
    downstream->answered = number;
    downstream->answerer = peer;
    gst_caps_replace (&downstream->caps, caps);
  }
  g_mutex_unlock (&downstream->lock);
  gst_clear_object (&peer);
  return caps;
}

GstCaps *
gst_livekit_downstream_caps (GstLivekitDownstream *downstream)
{
  GstPad *peer = gst_pad_get_peer (downstream->pad);
  GstCaps *caps = NULL;

  g_mutex_lock (&downstream->lock);
  if (downstream->caps && downstream->answerer == peer)
    caps = gst_caps_ref (downstream->caps);
  g_mutex_unlock (&downstream->lock);
  gst_clear_object (&peer);
  return caps ? caps : gst_livekit_downstream_ask (downstream);
}

gint
gst_livekit_downstream_changes (GstLivekitDownstream *downstream)
{
  return g_atomic_int_get (&downstream->changes);
}

void
gst_livekit_downstream_size (GstLivekitDownstream *downstream, gint *width, gint *height)
{
  GstCaps *given = gst_pad_get_pad_template_caps (downstream->pad);
  GstCaps *taken = gst_livekit_downstream_caps (downstream);
  GstCaps *both = gst_caps_intersect (given, taken);

  gst_livekit_size_largest (both, width, height);
  GST_DEBUG_OBJECT (downstream->pad, "size %dx%d is wanted by %" GST_PTR_FORMAT, *width, *height,
      both);
  gst_caps_unref (both);
  gst_caps_unref (taken);
  gst_caps_unref (given);
}

gboolean
gst_livekit_downstream_is_open (GstLivekitDownstream *downstream)
{
  /* A pad that is blocked counts as open until data waits there: an application that
   * blocks it waits for data, to do something in its probe. */
  return gst_pad_is_linked (downstream->pad) && !gst_pad_is_blocking (downstream->pad);
}

void
gst_livekit_downstream_attach (GstLivekitDownstream *downstream, GstLivekitDownstreamAdapt adapt,
    GstLivekitLife *life)
{
  g_mutex_lock (&downstream->lock);
  g_clear_pointer (&downstream->life, gst_livekit_life_unref);
  downstream->adapt = adapt;
  downstream->life = gst_livekit_life_ref (life);
  g_mutex_unlock (&downstream->lock);
}

/* Invalidates the last answer, and the answer to a query that is under way. */
static void
forget (GstLivekitDownstream *downstream)
{
  downstream->answered = ++downstream->asked;
  gst_caps_replace (&downstream->caps, NULL);
}

/* An answer from before an element was stopped, or from before there was a chain, is
 * outdated. */
void
gst_livekit_downstream_watch (GstLivekitDownstream *downstream, uintptr_t handle)
{
  g_mutex_lock (&downstream->lock);
  forget (downstream);
  downstream->watcher = handle;
  g_mutex_unlock (&downstream->lock);
}

static void
tell_watcher (GstLivekitDownstream *downstream)
{
  uintptr_t watcher;

  g_mutex_lock (&downstream->lock);
  watcher = downstream->watcher;
  g_mutex_unlock (&downstream->lock);
  if (watcher)
    livekitChainDownstreamChanged (watcher);
}

static gboolean
adapt (GstLivekitDownstream *downstream)
{
  GstLivekitDownstreamAdapt adapt;
  GstLivekitChain *chain;
  gboolean adapted;

  g_mutex_lock (&downstream->lock);
  adapt = downstream->adapt;
  chain = downstream->life ? gst_livekit_life_enter (downstream->life) : NULL;
  g_mutex_unlock (&downstream->lock);
  if (!chain)
    return TRUE;
  adapted = adapt (chain);
  gst_livekit_chain_unref (chain);
  return adapted;
}

/* A serialized event makes a pad send its sticky ones first, and the end is one of them. */
static void
send_end (GstElement *element, gpointer pad)
{
  gst_pad_push_event (pad,
      gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM, gst_structure_new_empty ("livekit-end")));
}

/* A stream may have ended while nothing was linked. */
static void
repeat_end (GstPad *pad)
{
  GstEvent *end = gst_pad_get_sticky_event (pad, GST_EVENT_EOS, 0);
  GstElement *element = end ? gst_pad_get_parent_element (pad) : NULL;

  if (element)
    gst_element_call_async (element, send_end, gst_object_ref (pad), gst_object_unref);
  gst_clear_object (&element);
  gst_clear_event (&end);
}

static GstPadProbeReturn
on_event (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstLivekitDownstream *downstream = data;
  gboolean adapted;

  if (GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) != GST_EVENT_RECONFIGURE ||
      downstream->process != getpid ())
    return GST_PAD_PROBE_OK;
  g_atomic_int_inc (&downstream->changes);
  gst_caps_unref (gst_livekit_downstream_ask (downstream));
  adapted = adapt (downstream);
  tell_watcher (downstream);
  repeat_end (pad);
  if (adapted)
    return GST_PAD_PROBE_OK;
  gst_event_unref (GST_PAD_PROBE_INFO_EVENT (info));
  return GST_PAD_PROBE_HANDLED;
}

/* GStreamer may not send an event when a pad is linked or unlinked. */
static void
on_link (GstPad *pad, GstPad *peer, gpointer data)
{
  GstLivekitDownstream *downstream = data;

  if (downstream->process != getpid ())
    return;
  g_mutex_lock (&downstream->lock);
  forget (downstream);
  g_mutex_unlock (&downstream->lock);
  tell_watcher (downstream);
}

/* An unlinked pad accepts all data, instead of ending the stream with an error. */
static GstPadProbeReturn
on_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  return gst_pad_is_linked (pad) ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

static void
free_downstream (gpointer data)
{
  GstLivekitDownstream *downstream = data;

  g_clear_pointer (&downstream->life, gst_livekit_life_unref);
  gst_caps_replace (&downstream->caps, NULL);
  g_mutex_clear (&downstream->lock);
  g_free (downstream);
}

static GstLivekitDownstream *
new_downstream (GstPad *pad)
{
  GstLivekitDownstream *downstream = g_new0 (GstLivekitDownstream, 1);

  downstream->pad = pad;
  downstream->process = getpid ();
  g_mutex_init (&downstream->lock);
  g_signal_connect (pad, "linked", G_CALLBACK (on_link), downstream);
  g_signal_connect (pad, "unlinked", G_CALLBACK (on_link), downstream);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_event, downstream, NULL);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_buffer,
      NULL, NULL);
  return downstream;
}

GstLivekitDownstream *
gst_livekit_downstream_of (GstPad *pad)
{
  static GMutex making;
  GQuark quark = g_quark_from_static_string ("gst-livekit-downstream");
  GstLivekitDownstream *downstream;

  g_mutex_lock (&making);
  downstream = g_object_get_qdata (G_OBJECT (pad), quark);
  if (!downstream) {
    downstream = new_downstream (pad);
    g_object_set_qdata_full (G_OBJECT (pad), quark, downstream, free_downstream);
  }
  g_mutex_unlock (&making);
  return downstream;
}
