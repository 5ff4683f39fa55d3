#include "video_threads.h"

#include "video_size.h"

/* docs/adr/0010: one thread decodes this many pixels per frame in real time, with any
 * codec, on a core much slower than a desktop's. More threads need more CPU time for
 * the same work. */
#define PIXELS_PER_THREAD (1280 * 720)

/* Reference-counted: the signal handler and the probe each hold it, and both can run
 * after the decoder is gone. */
typedef struct {
  const char *property;
  gulong notify;
  gint taken; /* atomic: the application has set the property */
} Threads;

static const struct {
  const char *factory;
  const char *property;
} known[] = {
  { "vp8dec", "threads" },
  { "vp9dec", "threads" },
  { "avdec_vp8", "max-threads" },
  { "avdec_vp9", "max-threads" },
  { "avdec_h264", "max-threads" },
  { "avdec_h265", "max-threads" },
  { "libde265dec", "max-threads" },
};

static const char *
property_of (GstElement *decoder)
{
  const char *name = GST_OBJECT_NAME (gst_element_get_factory (decoder));
  guint i;

  for (i = 0; i < G_N_ELEMENTS (known); i++) {
    if (g_str_equal (name, known[i].factory))
      return known[i].property;
  }
  return NULL;
}

static gboolean
has_property (GstElement *decoder, const char *name)
{
  return g_object_class_find_property (G_OBJECT_GET_CLASS (decoder), name) != NULL;
}

static void
on_notify (GObject *decoder, GParamSpec *property, gpointer data)
{
  g_atomic_int_set (&((Threads *) data)->taken, TRUE);
}

static void
set (Threads *threads, GstElement *decoder, gint n)
{
  if (g_atomic_int_get (&threads->taken))
    return;
  g_signal_handler_block (decoder, threads->notify);
  g_object_set (decoder, threads->property, n, NULL);
  g_signal_handler_unblock (decoder, threads->notify);
}

/* Decoders read the property when they open, which new caps make them do. VP8 caps
 * have no size, so its decoder keeps one thread. */
static GstPadProbeReturn
on_caps (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstElement *decoder;
  gint width, height, n;

  if (!gst_livekit_size_from_event (GST_PAD_PROBE_INFO_EVENT (info), &width, &height))
    return GST_PAD_PROBE_OK;
  decoder = gst_pad_get_parent_element (pad);
  if (decoder) {
    n = gst_util_uint64_scale_ceil (width, height, PIXELS_PER_THREAD);
    set (data, decoder, CLAMP (n, 1, (gint) g_get_num_processors ()));
    gst_object_unref (decoder);
  }
  return GST_PAD_PROBE_OK;
}

void
gst_livekit_threads_choose (GstElement *decoder)
{
  const char *property = property_of (decoder);
  Threads *threads;
  gchar *signal;
  GstPad *sink;

  if (!property || !has_property (decoder, property))
    return;
  threads = g_atomic_rc_box_new0 (Threads);
  threads->property = property;
  signal = g_strconcat ("notify::", property, NULL);
  threads->notify = g_signal_connect_data (decoder, signal, G_CALLBACK (on_notify), threads,
      (GClosureNotify) (void (*) (void)) g_atomic_rc_box_release, 0);
  g_free (signal);
  set (threads, decoder, 1);
  /* Each frame thread of libav holds back a picture. */
  if (has_property (decoder, "thread-type"))
    gst_util_set_object_arg (G_OBJECT (decoder), "thread-type", "slice");

  sink = gst_element_get_static_pad (decoder, "sink");
  gst_pad_add_probe (sink, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_caps,
      g_atomic_rc_box_acquire (threads), g_atomic_rc_box_release);
  gst_object_unref (sink);
}
