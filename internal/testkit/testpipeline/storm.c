#include "storm.h"

#include <gst/video/video.h>

typedef struct {
  GstLivekitTestStorm *storm;
  GThread *thread;
  GRand *random;
  guint sent; /* guarded by the storm's lock */
} Sender;

struct _GstLivekitTestStorm {
  GstElement *source; /* owned */
  GstPad *pad;        /* owned: of the source */
  GstLivekitTestStormKind kinds;
  Sender *senders;
  guint n_senders;
  GMutex lock;
  GCond sent;
  gint stopped; /* atomic */
};

static void
send_key_frame_wanted (GstLivekitTestStorm *storm, GRand *random)
{
  GstClockTime at =
      g_rand_boolean (random) ? GST_CLOCK_TIME_NONE : (GstClockTime) g_rand_int (random);

  gst_pad_send_event (storm->pad, gst_video_event_new_upstream_force_key_unit (at, TRUE, 0));
}

static void
send_reconfigure (GstLivekitTestStorm *storm, GRand *random)
{
  gst_pad_send_event (storm->pad, gst_event_new_reconfigure ());
}

static void
send_latency (GstLivekitTestStorm *storm, GRand *random)
{
  gst_pad_send_event (storm->pad,
      gst_event_new_latency (g_rand_int_range (random, 0, 1000) * GST_MSECOND));
}

/* What sinks and applications send beside these, and what comes the other way when an
 * application sends it to the element. */
static void
send_other (GstLivekitTestStorm *storm, GRand *random)
{
  switch (g_rand_int_range (random, 0, 3)) {
    case 0:
      gst_pad_send_event (storm->pad,
          gst_event_new_qos (GST_QOS_TYPE_UNDERFLOW, 1.5, GST_SECOND, 0));
      break;
    case 1:
      gst_pad_send_event (storm->pad,
          gst_event_new_seek (1, GST_FORMAT_TIME, GST_SEEK_FLAG_NONE, GST_SEEK_TYPE_NONE, 0,
              GST_SEEK_TYPE_NONE, 0));
      break;
    default:
      gst_element_send_event (storm->source,
          gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM_OOB,
              gst_structure_new_empty ("application/x-storm")));
      break;
  }
}

/* There is no query of caps among them: elements of GStreamer 1.22 that are just being
 * stopped answer it with no caps at all, of which GStreamer itself complains. */
static GstQuery *
new_query (GRand *random)
{
  GstCaps *caps;
  GstQuery *query;

  switch (g_rand_int_range (random, 0, 4)) {
    case 0:
      return gst_query_new_latency ();
    case 1:
      caps = gst_caps_new_empty_simple ("video/x-raw");
      query = gst_query_new_accept_caps (caps);
      gst_caps_unref (caps);
      return query;
    case 2:
      return gst_query_new_position (GST_FORMAT_TIME);
    default:
      return gst_query_new_duration (GST_FORMAT_TIME);
  }
}

static void
send_query (GstLivekitTestStorm *storm, GRand *random)
{
  GstQuery *query = new_query (random);

  gst_pad_query (storm->pad, query);
  gst_query_unref (query);
}

static const struct {
  GstLivekitTestStormKind kind;
  void (*send) (GstLivekitTestStorm *storm, GRand *random);
} kinds[] = {
  { GST_LIVEKIT_TEST_STORM_KEY_FRAMES, send_key_frame_wanted },
  { GST_LIVEKIT_TEST_STORM_RECONFIGURE, send_reconfigure },
  { GST_LIVEKIT_TEST_STORM_LATENCY, send_latency },
  { GST_LIVEKIT_TEST_STORM_OTHERS, send_other },
  { GST_LIVEKIT_TEST_STORM_QUERIES, send_query },
};

static gpointer
send (gpointer data)
{
  Sender *sender = data;
  GstLivekitTestStorm *storm = sender->storm;

  while (!g_atomic_int_get (&storm->stopped)) {
    guint i = g_rand_int_range (sender->random, 0, G_N_ELEMENTS (kinds));

    if (!(storm->kinds & kinds[i].kind))
      continue;
    kinds[i].send (storm, sender->random);
    g_mutex_lock (&storm->lock);
    sender->sent++;
    g_cond_broadcast (&storm->sent);
    g_mutex_unlock (&storm->lock);
  }
  return NULL;
}

GstLivekitTestStorm *
gst_livekit_test_storm_new (GstLivekitTestPipeline *pipeline, GstLivekitTestStormKind kinds,
    guint32 seed, guint threads)
{
  GstLivekitTestStorm *storm = g_new0 (GstLivekitTestStorm, 1);
  guint i;

  storm->source = gst_object_ref (pipeline->source);
  storm->pad = gst_object_ref (pipeline->ghost);
  storm->kinds = kinds;
  storm->senders = g_new0 (Sender, threads);
  storm->n_senders = threads;
  g_mutex_init (&storm->lock);
  g_cond_init (&storm->sent);
  for (i = 0; i < threads; i++) {
    storm->senders[i].storm = storm;
    storm->senders[i].random = g_rand_new_with_seed (seed + i);
    storm->senders[i].thread = g_thread_new ("storm", send, &storm->senders[i]);
  }
  return storm;
}

void
gst_livekit_test_storm_await (GstLivekitTestStorm *storm, guint more)
{
  guint i;

  g_mutex_lock (&storm->lock);
  for (i = 0; i < storm->n_senders; i++) {
    guint until = storm->senders[i].sent + more;

    while (storm->senders[i].sent < until)
      g_cond_wait (&storm->sent, &storm->lock);
  }
  g_mutex_unlock (&storm->lock);
}

guint
gst_livekit_test_storm_stop (GstLivekitTestStorm *storm)
{
  guint sent = 0, i;

  g_atomic_int_set (&storm->stopped, TRUE);
  for (i = 0; i < storm->n_senders; i++) {
    g_thread_join (storm->senders[i].thread);
    sent += storm->senders[i].sent;
    g_rand_free (storm->senders[i].random);
  }
  g_free (storm->senders);
  g_mutex_clear (&storm->lock);
  g_cond_clear (&storm->sent);
  gst_object_unref (storm->pad);
  gst_object_unref (storm->source);
  g_free (storm);
  return sent;
}
