/* The GStreamer element benchtap: passes everything on and notes, for each
 * buffer, when it came and what time its picture shows, as internal/testkit/testpicture
 * describes it. It looks at 64 pixels of a frame and copies none. Of samples, it notes
 * for the first buffer of each burst the whole second of the clock, at which bursts begin.
 *
 * What it notes goes to a file descriptor as lines of JSON, which bench/record
 * reads: "first" at the first buffer, "end" when the pipeline stops. */
#include <gst/base/gstbasetransform.h>
#include <gst/video/video.h>

#include <errno.h>
#include <sys/resource.h>
#include <unistd.h>

#define BLOCKS 32
#define MIN_CONTRAST 64
#define UNREADABLE -1
#define LOUD 8000 /* of 32767: bench/clip has bursts of 22900, and noise of 700 */

#define BENCH_TYPE_TAP (bench_tap_get_type ())
G_DECLARE_FINAL_TYPE (BenchTap, bench_tap, BENCH, TAP, GstBaseTransform)

typedef struct {
  gint64 at;      /* Unix time in microseconds */
  gint64 picture; /* the low 32 bits of Unix milliseconds, or UNREADABLE */
} Frame;

struct _BenchTap {
  GstBaseTransform parent;

  gint fd;
  gchar *track;

  gboolean raw, samples, loud;
  GstVideoInfo video;
  gint64 begin, cpu_first, cpu_last; /* microseconds */
  GArray *frames;
};

G_DEFINE_TYPE (BenchTap, bench_tap, GST_TYPE_BASE_TRANSFORM)

enum { PROP_FD = 1, PROP_TRACK };

static gint64
cpu_time (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC + usage.ru_utime.tv_usec +
      usage.ru_stime.tv_usec;
}

static void
say (BenchTap *self, const GString *line)
{
  gsize done = 0;

  while (done < line->len) {
    gssize n = write (self->fd, line->str + done, line->len - done);

    if (n < 0 && errno != EINTR) {
      GST_WARNING_OBJECT (self, "nobody reads file descriptor %d: %s", self->fd,
          g_strerror (errno));
      return;
    }
    done += MAX (n, 0);
  }
}

static GString *
new_line (BenchTap *self, const char *event)
{
  GString *line = g_string_new (NULL);

  g_string_printf (line,
      "{\"event\":\"%s\",\"track\":\"%s\",\"begin\":%" G_GINT64_FORMAT
      ",\"cpuFirst\":%" G_GINT64_FORMAT,
      event, self->track ? self->track : "", self->begin, self->cpu_first);
  return line;
}

static void
say_first (BenchTap *self)
{
  GString *line = new_line (self, "first");

  g_string_append (line, "}\n");
  say (self, line);
  g_string_free (line, TRUE);
}

static void
append_list (GString *line, const char *name, GArray *frames, gsize offset)
{
  guint i;

  g_string_append_printf (line, ",\"%s\":[", name);
  for (i = 0; i < frames->len; i++)
    g_string_append_printf (line, "%s%" G_GINT64_FORMAT, i ? "," : "",
        G_STRUCT_MEMBER (gint64, &g_array_index (frames, Frame, i), offset));
  g_string_append_c (line, ']');
}

/* Appends what the LiveKit source in front of the tap says of packets that are missing.
 * It has not stopped yet: elements stop from the sink to the source. */
static void
append_stats (BenchTap *self, GString *line)
{
  GstPad *pad = gst_element_get_static_pad (GST_ELEMENT (self), "sink");
  GstStructure *stats = NULL;
  guint64 lost, dropped;

  while (pad && !stats) {
    GstPad *peer = gst_pad_get_peer (pad);
    GstElement *element = peer ? gst_pad_get_parent_element (peer) : NULL;

    g_clear_object (&pad);
    if (element && g_object_class_find_property (G_OBJECT_GET_CLASS (element), "connection-state"))
      g_object_get (element, "stats", &stats, NULL);
    else if (element)
      pad = gst_element_get_static_pad (element, "sink");
    g_clear_object (&element);
    g_clear_object (&peer);
  }
  g_clear_object (&pad);
  if (stats && gst_structure_get_uint64 (stats, "lost", &lost) &&
      gst_structure_get_uint64 (stats, "dropped-packets", &dropped))
    g_string_append_printf (line, ",\"missing\":%" G_GUINT64_FORMAT, lost + dropped);
  g_clear_pointer (&stats, gst_structure_free);
}

static void
say_end (BenchTap *self)
{
  GString *line = new_line (self, "end");

  g_string_append_printf (line, ",\"cpuLast\":%" G_GINT64_FORMAT, self->cpu_last);
  append_list (line, "at", self->frames, G_STRUCT_OFFSET (Frame, at));
  append_list (line, "pictures", self->frames, G_STRUCT_OFFSET (Frame, picture));
  append_stats (self, line);
  g_string_append (line, "}\n");
  say (self, line);
  g_string_free (line, TRUE);
}

/* A picture's brightness is its luma, or the green of RGB. */
static gint64
read_picture (const GstVideoFrame *frame)
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

/* At the first buffer of a burst this is the whole second before at. */
static gint64
hear_burst (BenchTap *self, GstBuffer *buffer, gint64 at)
{
  gboolean was_loud = self->loud;
  GstMapInfo map;
  gsize i;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return UNREADABLE;
  self->loud = FALSE;
  for (i = 0; i < map.size / sizeof (gint16) && !self->loud; i++)
    self->loud = ABS (((const gint16 *) map.data)[i]) > LOUD;
  gst_buffer_unmap (buffer, &map);
  if (!self->loud || was_loud)
    return UNREADABLE;
  return (guint32) (at / G_USEC_PER_SEC * 1000);
}

static GstFlowReturn
bench_tap_transform_ip (GstBaseTransform *transform, GstBuffer *buffer)
{
  BenchTap *self = BENCH_TAP (transform);
  Frame frame = { g_get_real_time (), UNREADABLE };
  GstVideoFrame mapped;

  if (self->raw && gst_video_frame_map (&mapped, &self->video, buffer, GST_MAP_READ)) {
    frame.picture = read_picture (&mapped);
    gst_video_frame_unmap (&mapped);
  }
  if (self->samples)
    frame.picture = hear_burst (self, buffer, frame.at);
  self->cpu_last = cpu_time ();
  if (self->frames->len == 0) {
    self->cpu_first = self->cpu_last;
    say_first (self);
  }
  g_array_append_val (self->frames, frame);
  return GST_FLOW_OK;
}

static gboolean
bench_tap_set_caps (GstBaseTransform *transform, GstCaps *in, GstCaps *out)
{
  BenchTap *self = BENCH_TAP (transform);
  const GstStructure *structure = gst_caps_get_structure (in, 0);

  self->raw = gst_structure_has_name (structure, "video/x-raw") &&
      gst_video_info_from_caps (&self->video, in) &&
      GST_VIDEO_INFO_COMP_DEPTH (&self->video, 0) == 8;
  self->samples = gst_structure_has_name (structure, "audio/x-raw") &&
      g_strcmp0 (gst_structure_get_string (structure, "format"), "S16LE") == 0;
  return TRUE;
}

static gboolean
bench_tap_start (GstBaseTransform *transform)
{
  BenchTap *self = BENCH_TAP (transform);

  self->begin = g_get_real_time ();
  g_array_set_size (self->frames, 0);
  return TRUE;
}

static gboolean
bench_tap_stop (GstBaseTransform *transform)
{
  say_end (BENCH_TAP (transform));
  return TRUE;
}

static void
bench_tap_set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  BenchTap *self = BENCH_TAP (object);

  switch (id) {
    case PROP_FD:
      self->fd = g_value_get_int (value);
      break;
    case PROP_TRACK:
      g_free (self->track);
      self->track = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
  }
}

static void
bench_tap_finalize (GObject *object)
{
  BenchTap *self = BENCH_TAP (object);

  g_free (self->track);
  g_array_unref (self->frames);
  G_OBJECT_CLASS (bench_tap_parent_class)->finalize (object);
}

static void
bench_tap_class_init (BenchTapClass *class)
{
  GObjectClass *object = G_OBJECT_CLASS (class);
  GstElementClass *element = GST_ELEMENT_CLASS (class);
  GstBaseTransformClass *transform = GST_BASE_TRANSFORM_CLASS (class);
  static GstStaticPadTemplate sink =
      GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
  static GstStaticPadTemplate src =
      GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

  object->set_property = bench_tap_set_property;
  object->finalize = bench_tap_finalize;
  g_object_class_install_property (object, PROP_FD,
      g_param_spec_int ("fd", "fd", "File descriptor for the lines of JSON", 0, G_MAXINT, 3,
          G_PARAM_WRITABLE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object, PROP_TRACK,
      g_param_spec_string ("track", "track", "Name of the track, for the lines of JSON", NULL,
          G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS));

  gst_element_class_add_static_pad_template (element, &sink);
  gst_element_class_add_static_pad_template (element, &src);
  gst_element_class_set_static_metadata (element, "Benchmark tap", "Filter/Analyzer/Video",
      "Notes when frames come and what time they show", "The gst-livekit authors");
  transform->set_caps = bench_tap_set_caps;
  transform->start = bench_tap_start;
  transform->stop = bench_tap_stop;
  transform->transform_ip = bench_tap_transform_ip;
  transform->passthrough_on_same_caps = TRUE;
}

static void
bench_tap_init (BenchTap *self)
{
  /* A minute at 30 frames a second, so that it does not grow while it is measured. */
  self->frames = g_array_sized_new (FALSE, FALSE, sizeof (Frame), 1800);
  gst_base_transform_set_passthrough (GST_BASE_TRANSFORM (self), TRUE);
}

static gboolean
plugin_init (GstPlugin *plugin)
{
  return gst_element_register (plugin, "benchtap", GST_RANK_NONE, BENCH_TYPE_TAP);
}

#define PACKAGE "gst-livekit"
GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, benchtap,
    "Notes when frames come and what time they show", plugin_init, "1", "Apache 2.0", "gst-livekit",
    "https://github.com/gst-livekit/gst-livekit")
