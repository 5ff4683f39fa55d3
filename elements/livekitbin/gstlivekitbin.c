/* The class. */
#include "gstlivekitbin.h"

#include "../internal/base/gstlivekitbasesrc.h"

enum { PROP_URI = 1 };

typedef struct {
  GstBinClass parent;
} GstLivekitBinClass;

G_DEFINE_TYPE_WITH_CODE (GstLivekitBin, gst_livekit_bin, GST_TYPE_BIN,
    G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER, gst_livekit_bin_uri_handler_init))

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  if (id == PROP_URI)
    gst_livekit_bin_set_uri_property ((GstLivekitBin *) object, g_value_get_string (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  if (id == PROP_URI)
    g_value_take_string (value, gst_livekit_bin_dup_uri ((GstLivekitBin *) object));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, spec);
}

/* Without an address there is nothing to play, and one that was refused must not be played as if
 * it had not been set. */
static gboolean
check_uri (GstLivekitBin *self)
{
  gboolean empty = TRUE;
  gchar *problem;
  guint i;

  for (i = 0; i < GST_LIVEKIT_KINDS; i++)
    empty = empty && !self->parts[i].element;
  GST_OBJECT_LOCK (self);
  problem = g_strdup (self->uri_problem);
  GST_OBJECT_UNLOCK (self);
  if (!problem && empty)
    problem = g_strdup ("there is no address to play: set the property uri, as in "
                        "uri=livekit://example.livekit.cloud/demo");
  if (!problem)
    return TRUE;
  gst_element_message_full (GST_ELEMENT (self), GST_MESSAGE_ERROR, GST_RESOURCE_ERROR,
      GST_RESOURCE_ERROR_SETTINGS, problem, NULL, __FILE__, GST_FUNCTION, __LINE__);
  return FALSE;
}

/* After a part could not start. The other one may run. */
static void
give_up (GstLivekitBin *self)
{
  GstMessage *problem = gst_livekit_bin_take_problem (self);
  guint i;

  for (i = 0; i < GST_LIVEKIT_KINDS; i++) {
    if (self->parts[i].element)
      gst_element_set_state (self->parts[i].element, GST_STATE_READY);
  }
  if (problem)
    gst_element_post_message (GST_ELEMENT (self), problem);
  gst_livekit_bin_stop_parts (self);
}

static GstStateChangeReturn
gst_livekit_bin_change_state (GstElement *element, GstStateChange transition)
{
  GstLivekitBin *self = (GstLivekitBin *) element;
  GstStateChangeReturn ret;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED) {
    if (!check_uri (self))
      return GST_STATE_CHANGE_FAILURE;
    gst_livekit_bin_start_parts (self);
  }
  ret = GST_ELEMENT_CLASS (gst_livekit_bin_parent_class)->change_state (element, transition);
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && ret == GST_STATE_CHANGE_FAILURE)
    give_up (self);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    gst_livekit_bin_stop_parts (self);
  return ret;
}

static void
gst_livekit_bin_handle_message (GstBin *bin, GstMessage *message)
{
  if (gst_livekit_bin_watch_message ((GstLivekitBin *) bin, message))
    GST_BIN_CLASS (gst_livekit_bin_parent_class)->handle_message (bin, message);
}

/* The bin has no sinks of its own to ask. The parts are live, and the later one counts. */
static gboolean
answer_latency (GstLivekitBin *self, GstQuery *query)
{
  GstClockTime latency = 0;
  gboolean answered = FALSE;
  guint i;

  for (i = 0; i < GST_LIVEKIT_KINDS; i++) {
    GstQuery *one = gst_query_new_latency ();
    GstClockTime min;

    if (self->parts[i].element && gst_element_query (self->parts[i].element, one)) {
      gst_query_parse_latency (one, NULL, &min, NULL);
      latency = MAX (latency, min);
      answered = TRUE;
    }
    gst_query_unref (one);
  }
  gst_query_set_latency (query, TRUE, latency, GST_CLOCK_TIME_NONE);
  return answered;
}

static gboolean
gst_livekit_bin_query (GstElement *element, GstQuery *query)
{
  GstLivekitBin *self = (GstLivekitBin *) element;
  guint i;

  if (GST_QUERY_TYPE (query) == GST_QUERY_LATENCY)
    return answer_latency (self, query);
  for (i = 0; i < GST_LIVEKIT_KINDS; i++) {
    if (self->parts[i].element)
      return gst_element_query (self->parts[i].element, query);
  }
  return FALSE;
}

static void
gst_livekit_bin_finalize (GObject *object)
{
  GstLivekitBin *self = (GstLivekitBin *) object;

  g_free (self->uri_problem);
  g_mutex_clear (&self->showing);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (gst_livekit_bin_parent_class)->finalize (object);
}

/* What the part's own pad gives. The parts are registered before. */
static GstCaps *
caps_of (GstLivekitKind kind)
{
  GstElementFactory *factory = gst_element_factory_find (gst_livekit_bin_factory_name (kind));
  const GList *templates = factory ? gst_element_factory_get_static_pad_templates (factory) : NULL;
  GstCaps *caps =
      templates ? gst_static_pad_template_get_caps (templates->data) : gst_caps_new_any ();

  gst_clear_object (&factory);
  return caps;
}

/* urisourcebin waits for pads only if the first template says that they come later. */
static void
add_pad_template (GstElementClass *klass, GstLivekitKind kind)
{
  GstCaps *caps = caps_of (kind);

  gst_element_class_add_pad_template (klass,
      gst_pad_template_new (gst_livekit_bin_template_name (kind), GST_PAD_SRC, GST_PAD_SOMETIMES,
          caps));
  gst_caps_unref (caps);
}

static void
gst_livekit_bin_class_init (GstLivekitBinClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->finalize = gst_livekit_bin_finalize;
  g_object_class_install_property (object_class, PROP_URI,
      g_param_spec_string ("uri", "uri",
          "What to play: livekit://host[:port]/room?participant=... (wss), or livekit+ws:// (ws), "
          "with the properties of livekitsrc and livekitaudiosrc, and kind=video or kind=audio for "
          "one of them. Secrets are omitted when it is read back",
          NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY));

  element_class->change_state = gst_livekit_bin_change_state;
  element_class->query = gst_livekit_bin_query;
  GST_BIN_CLASS (klass)->handle_message = gst_livekit_bin_handle_message;
  add_pad_template (element_class, GST_LIVEKIT_KIND_VIDEO);
  add_pad_template (element_class, GST_LIVEKIT_KIND_AUDIO);
  gst_element_class_set_static_metadata (element_class, "LiveKit address", "Source/Network/Bin",
      "Receives picture and sound of a LiveKit room, for livekit://",
      "The gst-livekit authors <https://github.com/gst-livekit/gst-livekit>");
}

static void
gst_livekit_bin_init (GstLivekitBin *self)
{
  guint i;

  g_mutex_init (&self->showing);
  g_mutex_init (&self->lock);
  for (i = 0; i < GST_LIVEKIT_KINDS; i++)
    self->parts[i].bin = self;
  gst_bin_set_suppressed_flags (GST_BIN (self), GST_ELEMENT_FLAG_SOURCE);
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SOURCE);
}

/* The rank makes it what programs find for an address. */
gboolean
gst_livekit_bin_register (GstPlugin *plugin)
{
  return gst_livekit_base_src_register (plugin, "livekitbin", GST_RANK_PRIMARY,
      gst_livekit_bin_get_type);
}

gboolean
gst_livekit_bin_register_static (void)
{
  return gst_livekit_base_src_register_static ("livekitbin", gst_livekit_bin_register);
}
