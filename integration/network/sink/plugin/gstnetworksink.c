/* The GStreamer element networksink: a video sink like those that show pictures
 * in windows, with GstVideoSink's defaults: it follows the clock, drops what comes
 * later than its processing deadline of 15 ms and 5 ms more, and says so upstream.
 * Instead of showing a picture it writes down when it would have, and what time
 * the picture shows, as internal/testkit/testpicture describes it.
 *
 * What it notes goes to a file descriptor as lines of JSON, each as soon as it
 * is known; package sink reads them. */
#include <gst/video/gstvideosink.h>
#include <gst/video/video.h>

#include <errno.h>
#include <unistd.h>

#define BLOCKS 32
#define MIN_CONTRAST 64
#define UNREADABLE -1
#define STATS_INTERVAL 200 /* milliseconds */

#define NETWORK_TYPE_SINK (network_sink_get_type ())
G_DECLARE_FINAL_TYPE (NetworkSink, network_sink, NETWORK, SINK, GstVideoSink)

struct _NetworkSink {
  GstVideoSink parent;

  gint fd;
  GstVideoInfo video;
  guint timer;
};

G_DEFINE_TYPE (NetworkSink, network_sink, GST_TYPE_VIDEO_SINK)

enum { PROP_FD = 1 };

/* One write for each line, so that those of two threads do not mix. */
static void
say (NetworkSink *self, GString *line)
{
  gsize done = 0;

  g_string_append (line, "}\n");
  while (done < line->len) {
    gssize n = write (self->fd, line->str + done, line->len - done);

    if (n < 0 && errno != EINTR) {
      GST_WARNING_OBJECT (self, "nobody reads file descriptor %d: %s", self->fd,
          g_strerror (errno));
      break;
    }
    done += MAX (n, 0);
  }
  g_string_free (line, TRUE);
}

static GString *
new_line (const char *event)
{
  GString *line = g_string_sized_new (160);

  g_string_printf (line, "{\"event\":\"%s\",\"at\":%" G_GINT64_FORMAT, event, g_get_real_time ());
  return line;
}

/* The time in the picture, of its luma or of the green of RGB. */
static gint64
read_time (const GstVideoFrame *frame)
{
  guint component = GST_VIDEO_INFO_IS_RGB (&frame->info) ? 1 : 0;
  const guint8 *data = GST_VIDEO_FRAME_COMP_DATA (frame, component);
  gsize stride = GST_VIDEO_FRAME_COMP_STRIDE (frame, component);
  gsize pixel = GST_VIDEO_FRAME_COMP_PSTRIDE (frame, component);
  gint width = GST_VIDEO_FRAME_WIDTH (frame);
  gint rows = GST_VIDEO_FRAME_HEIGHT (frame) * 32 / 720;
  guint32 value = 0;
  gint block;

  if (width < BLOCKS || rows < 1)
    return UNREADABLE;
  for (block = 0; block < BLOCKS; block++) {
    gint x = (block * width / BLOCKS + (block + 1) * width / BLOCKS) / 2;
    gint top = data[rows / 2 * stride + x * pixel];
    gint bottom = data[(rows + rows / 2) * stride + x * pixel];

    if (ABS (top - bottom) < MIN_CONTRAST)
      return UNREADABLE;
    value = value << 1 | (top > bottom);
  }
  return value;
}

/* A hash (FNV-1a) of every fourth pixel of every fourth row of luma: decoders
 * agree on every bit, so two pictures of one frame differ only by damage. */
static guint32
hash (const GstVideoFrame *frame)
{
  const guint8 *data = GST_VIDEO_FRAME_COMP_DATA (frame, 0);
  gsize stride = GST_VIDEO_FRAME_COMP_STRIDE (frame, 0);
  gsize pixel = GST_VIDEO_FRAME_COMP_PSTRIDE (frame, 0);
  guint32 value = 2166136261u;
  gint x, y;

  for (y = 0; y < GST_VIDEO_FRAME_HEIGHT (frame); y += 4) {
    for (x = 0; x < GST_VIDEO_FRAME_WIDTH (frame); x += 4)
      value = (value ^ data[y * stride + x * pixel]) * 16777619u;
  }
  return value;
}

static void
say_picture (NetworkSink *self, const char *event, GstBuffer *buffer)
{
  GString *line = new_line (event);
  GstVideoFrame frame;

  if (gst_video_frame_map (&frame, &self->video, buffer, GST_MAP_READ)) {
    g_string_append_printf (line,
        ",\"time\":%" G_GINT64_FORMAT ",\"hash\":%u,\"width\":%d,\"height\":%d", read_time (&frame),
        hash (&frame), GST_VIDEO_FRAME_WIDTH (&frame), GST_VIDEO_FRAME_HEIGHT (&frame));
    gst_video_frame_unmap (&frame);
  } else {
    g_string_append (line, ",\"time\":-1");
  }
  g_string_append_printf (line, ",\"pts\":%" G_GUINT64_FORMAT, GST_BUFFER_PTS (buffer));
  say (self, line);
}

static gboolean
append_number (GQuark field, const GValue *value, gpointer data)
{
  GValue number = G_VALUE_INIT;

  if (!G_VALUE_HOLDS_STRING (value)) {
    g_value_init (&number, G_TYPE_INT64);
    if (g_value_transform (value, &number))
      g_string_append_printf (data, "%s\"%s\":%" G_GINT64_FORMAT,
          ((GString *) data)->str[((GString *) data)->len - 1] == '{' ? "" : ",",
          g_quark_to_string (field), g_value_get_int64 (&number));
    g_value_unset (&number);
  }
  return TRUE;
}

/* The numbers of the property stats of the livekitsrc in this pipeline. */
static void
append_stats (NetworkSink *self, GString *line)
{
  GstObject *top = gst_object_get_parent (GST_OBJECT (self));
  GstIterator *found;
  GValue source = G_VALUE_INIT;

  if (top == NULL)
    return;
  found = gst_bin_iterate_all_by_element_factory_name (GST_BIN (top), "livekitsrc");
  if (gst_iterator_next (found, &source) == GST_ITERATOR_OK) {
    GstStructure *stats = NULL;

    g_object_get (g_value_get_object (&source), "stats", &stats, NULL);
    g_string_append (line, ",\"values\":{");
    if (stats)
      gst_structure_foreach (stats, append_number, line);
    g_string_append_c (line, '}');
    g_clear_pointer (&stats, gst_structure_free);
    g_value_unset (&source);
  }
  gst_iterator_free (found);
  gst_object_unref (top);
}

/* Runs in the main loop of gst-launch-1.0, also while no picture comes. */
static gboolean
say_stats (gpointer data)
{
  NetworkSink *self = data;
  GString *line = new_line ("stats");
  GstQuery *query = gst_query_new_latency ();
  GstClockTime latency;

  if (gst_pad_peer_query (GST_BASE_SINK_PAD (self), query)) {
    gst_query_parse_latency (query, NULL, &latency, NULL);
    g_string_append_printf (line, ",\"latency\":%" G_GUINT64_FORMAT, latency);
  }
  gst_query_unref (query);
  append_stats (self, line);
  say (self, line);
  return G_SOURCE_CONTINUE;
}

static GstPadProbeReturn
on_arrival (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  say_picture (data, "arrived", GST_PAD_PROBE_INFO_BUFFER (info));
  return GST_PAD_PROBE_OK;
}

static GstFlowReturn
network_sink_show_frame (GstVideoSink *sink, GstBuffer *buffer)
{
  say_picture (NETWORK_SINK (sink), "shown", buffer);
  return GST_FLOW_OK;
}

/* Arrivals are read before the caps get to the sink's own set_info. */
static GstPadProbeReturn
on_event (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  GstCaps *caps;

  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS) {
    gst_event_parse_caps (event, &caps);
    gst_video_info_from_caps (&NETWORK_SINK (data)->video, caps);
  }
  return GST_PAD_PROBE_OK;
}

/* The pipeline tells every sink the latency that it has found. */
static gboolean
network_sink_send_event (GstElement *element, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_LATENCY) {
    GString *line = new_line ("latency");
    GstClockTime latency;

    gst_event_parse_latency (event, &latency);
    g_string_append_printf (line, ",\"latency\":%" G_GUINT64_FORMAT, latency);
    say (NETWORK_SINK (element), line);
  }
  return GST_ELEMENT_CLASS (network_sink_parent_class)->send_event (element, event);
}

static gboolean
network_sink_start (GstBaseSink *sink)
{
  NETWORK_SINK (sink)->timer = g_timeout_add (STATS_INTERVAL, say_stats, sink);
  return TRUE;
}

static gboolean
network_sink_stop (GstBaseSink *sink)
{
  g_source_remove (NETWORK_SINK (sink)->timer);
  say_stats (sink);
  return TRUE;
}

static void
network_sink_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  switch (id) {
    case PROP_FD:
      NETWORK_SINK (object)->fd = g_value_get_int (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
network_sink_class_init (NetworkSinkClass *class)
{
  GObjectClass *object = G_OBJECT_CLASS (class);
  GstElementClass *element = GST_ELEMENT_CLASS (class);
  static GstStaticPadTemplate sink = GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
      GST_STATIC_CAPS (GST_VIDEO_CAPS_MAKE ("{ I420, YV12, NV12, RGBA, BGRA, RGB }")));

  object->set_property = network_sink_set_property;
  g_object_class_install_property (object, PROP_FD,
      g_param_spec_int ("fd", "fd", "File descriptor for the lines of JSON", 0, G_MAXINT, 3,
          G_PARAM_WRITABLE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS));
  gst_element_class_add_static_pad_template (element, &sink);
  gst_element_class_set_static_metadata (element, "Network test sink", "Sink/Video",
      "Notes when frames come, when they would be shown, and what time they show",
      "The gst-livekit authors");
  element->send_event = network_sink_send_event;
  GST_BASE_SINK_CLASS (class)->start = network_sink_start;
  GST_BASE_SINK_CLASS (class)->stop = network_sink_stop;
  GST_VIDEO_SINK_CLASS (class)->show_frame = network_sink_show_frame;
}

static void
network_sink_init (NetworkSink *self)
{
  GstPad *pad = GST_BASE_SINK_PAD (self);

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, self, NULL);
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_arrival, self, NULL);
}

static gboolean
plugin_init (GstPlugin *plugin)
{
  return gst_element_register (plugin, "networksink", GST_RANK_NONE, NETWORK_TYPE_SINK);
}

#define PACKAGE "gst-livekit"
GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, networksink,
    "Notes when frames come and when they would be shown", plugin_init, "1", "Apache 2.0",
    "gst-livekit", "https://github.com/gst-livekit/gst-livekit")
