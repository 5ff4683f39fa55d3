/* The element's properties: one row each, read by everything else. */
#include "gstlivekitsrc.h"

#include "_cgo_export.h"

#include <string.h>

#define DEFAULT_URL "ws://127.0.0.1:7880"
#define FORMAT_AUTO -1

typedef enum { ROW_STRING, ROW_INT, ROW_UINT, ROW_ENUM, ROW_BOOLEAN, ROW_FRACTION } RowType;

typedef struct {
  const char *name;
  RowType type;
  gsize offset;            /* of the value in GstLivekitSrcSettings */
  gboolean write_only;     /* secrets */
  gboolean any_state;      /* takes effect at once, else at the next start */
  gboolean chooses;        /* says which track, or which layer of it; implies any_state */
  const char *environment; /* ROW_STRING: where its default comes from */
  const char *text;        /* ROW_STRING: its default without the environment */
  gint number, min, max;   /* all others: default and range */
  GType (*enumeration) (void);
  const char *blurb;
} Row;

#define AT(field) G_STRUCT_OFFSET (GstLivekitSrcSettings, field)

static GType
track_source_get_type (void)
{
  static const GEnumValue values[] = {
    { GST_LIVEKIT_TRACK_SOURCE_ANY, "Any video track", "any" },
    { GST_LIVEKIT_TRACK_SOURCE_CAMERA, "The camera", "camera" },
    { GST_LIVEKIT_TRACK_SOURCE_SCREEN_SHARE, "The shared screen", "screen-share" },
    { 0, NULL, NULL },
  };
  static GType type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstLivekitTrackSource", values));
  return type;
}

static GType
on_track_lost_get_type (void)
{
  static const GEnumValue values[] = {
    { GST_LIVEKIT_ON_TRACK_LOST_WAIT, "Wait for the next matching track", "wait" },
    { GST_LIVEKIT_ON_TRACK_LOST_EOS, "End the stream", "eos" },
    { GST_LIVEKIT_ON_TRACK_LOST_ERROR, "Post an error", "error" },
    { 0, NULL, NULL },
  };
  static GType type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstLivekitOnTrackLost", values));
  return type;
}

static GType
quality_get_type (void)
{
  static const GEnumValue values[] = {
    { GST_LIVEKIT_QUALITY_AUTO, "The smallest layer that downstream need not scale up", "auto" },
    { GST_LIVEKIT_QUALITY_LOW, "The lowest layer", "low" },
    { GST_LIVEKIT_QUALITY_MEDIUM, "The layer in the middle", "medium" },
    { GST_LIVEKIT_QUALITY_HIGH, "The best layer", "high" },
    { GST_LIVEKIT_QUALITY_OFF, "Nothing: the subscription is paused", "off" },
    { 0, NULL, NULL },
  };
  static GType type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstLivekitQuality", values));
  return type;
}

static GType
e2ee_policy_get_type (void)
{
  static const GEnumValue values[] = {
    { GST_LIVEKIT_E2EE_POLICY_AUTO, "Required when e2ee-key is set", "auto" },
    { GST_LIVEKIT_E2EE_POLICY_REQUIRED, "Show encrypted tracks only", "required" },
    { GST_LIVEKIT_E2EE_POLICY_OPTIONAL, "Show tracks in clear too", "optional" },
    { 0, NULL, NULL },
  };
  static GType type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstLivekitE2eePolicy", values));
  return type;
}

/* Numbers are LiveKit's VideoBufferType. */
static GType
format_get_type (void)
{
  static const GEnumValue values[] = {
    { FORMAT_AUTO, "What downstream asks for, else the decoder's own", "auto" },
    { 0, "RGBA", "rgba" },
    { 1, "ABGR", "abgr" },
    { 2, "ARGB", "argb" },
    { 3, "BGRA", "bgra" },
    { 4, "RGB", "rgb24" },
    { 5, "I420", "i420" },
    { 6, "A420", "i420a" },
    { 7, "Y42B", "i422" },
    { 8, "Y444", "i444" },
    { 9, "I420_10LE", "i010" },
    { 10, "NV12", "nv12" },
    { 0, NULL, NULL },
  };
  static GType type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstLivekitVideoBufferType", values));
  return type;
}

static const Row rows[] = {
  { "url", ROW_STRING, AT (url), .environment = "LIVEKIT_URL", .text = DEFAULT_URL,
      .blurb = "Server to connect to, for instance wss://example.livekit.cloud "
               "(default: $LIVEKIT_URL, else " DEFAULT_URL ")" },
  { "token", ROW_STRING, AT (token), .environment = "LIVEKIT_TOKEN", .write_only = TRUE,
      .blurb = "Access token to join with (default: $LIVEKIT_TOKEN); without one, a token is "
               "made from api-key and api-secret" },
  { "api-key", ROW_STRING, AT (api_key), .environment = "LIVEKIT_API_KEY", .write_only = TRUE,
      .blurb = "API key to make a subscribe-only token with (default: $LIVEKIT_API_KEY)" },
  { "api-secret", ROW_STRING, AT (api_secret), .environment = "LIVEKIT_API_SECRET",
      .write_only = TRUE, .blurb = "Secret of the api-key (default: $LIVEKIT_API_SECRET)" },
  { "room", ROW_STRING, AT (room),
      .blurb = "Room to join; with a token, the token's room if not set" },
  { "identity", ROW_STRING, AT (identity),
      .blurb = "Our own identity in the room; generated if not set" },
  { "participant", ROW_STRING, AT (participant), .chooses = TRUE,
      .blurb = "Identity of the participant to receive from; if not set, the first one that "
               "publishes a matching track" },
  { "track-source", ROW_ENUM, AT (track_source), .chooses = TRUE,
      .number = GST_LIVEKIT_TRACK_SOURCE_ANY, .enumeration = track_source_get_type,
      .blurb = "Which of the participant's video tracks" },
  { "track-name", ROW_STRING, AT (track_name), .chooses = TRUE,
      .blurb = "Name the track must have" },
  { "track-sid", ROW_STRING, AT (track_sid), .chooses = TRUE,
      .blurb = "Id the track must have, for instance TR_VCxUdQ2jNVsw4n" },
  { "format", ROW_ENUM, AT (format), .number = FORMAT_AUTO, .enumeration = format_get_type,
      .blurb = "Raw video format to give" },
  { "capacity", ROW_UINT, AT (capacity), .number = 4, .min = 1, .max = 10000,
      .blurb = "Decoded frames kept for a slow consumer, beyond those that the pipeline's latency "
               "holds; the oldest is dropped" },
  { "max-pixels", ROW_UINT, AT (max_pixels), .number = 0, .min = 0, .max = G_MAXINT,
      .blurb = "Width times height of the largest picture that is taken, in pixels, for example "
               "33177600 for "
               "7680x4320; 0 = four times what the publisher announced, at least 3840x2160" },
  { "latency", ROW_INT, AT (latency), .number = -1, .min = -1, .max = 60000, .any_state = TRUE,
      .blurb = "Longest wait for a missing or late packet, in milliseconds (-1 = as long as it can "
               "still come; the latency of the pipeline then follows the network)" },
  { "quality", ROW_ENUM, AT (quality), .chooses = TRUE, .number = GST_LIVEKIT_QUALITY_AUTO,
      .enumeration = quality_get_type,
      .blurb = "Which simulcast layer the server is asked to send" },
  { "max-framerate", ROW_FRACTION, AT (max_framerate), .chooses = TRUE,
      .blurb = "Frames per second that the server is asked for, for instance 15/1; it can only "
               "leave out whole temporal layers (0/1 = all)" },
  { "connect-timeout", ROW_UINT, AT (connect_timeout), .number = 10000, .min = 1, .max = 600000,
      .blurb = "Longest time to connect, in milliseconds; then an error is posted" },
  { "track-timeout", ROW_UINT, AT (track_timeout), .number = 0, .max = G_MAXINT,
      .blurb = "Longest wait for the first picture of a matching track, in milliseconds; then an "
               "error is posted (0 = wait, with a warning every 10 seconds)" },
  { "on-track-lost", ROW_ENUM, AT (on_track_lost), .number = GST_LIVEKIT_ON_TRACK_LOST_WAIT,
      .enumeration = on_track_lost_get_type,
      .blurb = "What to do when the track ends. While its participant stays, this holds as it "
               "is; when the participant leaves, the stream ends, unless wait was set together "
               "with participant, or error. When the room is deleted, or we are removed from it, a "
               "warning says so and the stream ends, unless this is error. With error, it is also "
               "one when no decoder makes a picture of several whole key frames" },
  { "e2ee-key", ROW_STRING, AT (e2ee_key), .write_only = TRUE, .any_state = TRUE,
      .blurb = "Passphrase that the participants of the room share, for tracks that are encrypted "
               "end to end" },
  { "e2ee-policy", ROW_ENUM, AT (e2ee_policy), .number = GST_LIVEKIT_E2EE_POLICY_AUTO,
      .enumeration = e2ee_policy_get_type,
      .blurb = "Whether tracks must be encrypted end to end; of one that is not, a warning is "
               "posted and nothing is shown" },
  { "shared", ROW_BOOLEAN, AT (shared), .number = TRUE,
      .blurb = "Use one connection together with the other elements of this process that have the "
               "same url, token or key pair, room and identity" },
};

static gpointer
value_of (GstLivekitSrcSettings *settings, const Row *row)
{
  return (guint8 *) settings + row->offset;
}

static GParamSpec *
spec_of (const Row *row)
{
  GParamFlags flags = row->write_only ? G_PARAM_WRITABLE : G_PARAM_READWRITE;

  flags |= G_PARAM_STATIC_STRINGS;
  flags |= row->any_state || row->chooses ? GST_PARAM_MUTABLE_PLAYING : GST_PARAM_MUTABLE_READY;
  switch (row->type) {
    case ROW_STRING:
      return g_param_spec_string (row->name, row->name, row->blurb, row->text, flags);
    case ROW_INT:
      return g_param_spec_int (row->name, row->name, row->blurb, row->min, row->max, row->number,
          flags);
    case ROW_UINT:
      return g_param_spec_uint (row->name, row->name, row->blurb, row->min, row->max, row->number,
          flags);
    case ROW_ENUM:
      return g_param_spec_enum (row->name, row->name, row->blurb, row->enumeration (), row->number,
          flags);
    case ROW_BOOLEAN:
      return g_param_spec_boolean (row->name, row->name, row->blurb, row->number, flags);
    case ROW_FRACTION:
      return gst_param_spec_fraction (row->name, row->name, row->blurb, 0, 1, G_MAXINT, 1,
          row->number, 1, flags);
  }
  g_return_val_if_reached (NULL);
}

static void
store (GstLivekitSrcSettings *settings, const Row *row, const GValue *value)
{
  switch (row->type) {
    case ROW_STRING: {
      gchar **text = value_of (settings, row);
      const gchar *given = g_value_get_string (value);

      g_free (*text);
      *text = given && *given ? g_strdup (given) : NULL;
      break;
    }
    case ROW_INT:
      *(gint *) value_of (settings, row) = g_value_get_int (value);
      break;
    case ROW_UINT:
      *(guint *) value_of (settings, row) = g_value_get_uint (value);
      break;
    case ROW_ENUM:
      *(gint *) value_of (settings, row) = g_value_get_enum (value);
      break;
    case ROW_BOOLEAN:
      *(gboolean *) value_of (settings, row) = g_value_get_boolean (value);
      break;
    case ROW_FRACTION: {
      GstLivekitFraction *fraction = value_of (settings, row);

      fraction->numerator = gst_value_get_fraction_numerator (value);
      fraction->denominator = gst_value_get_fraction_denominator (value);
      break;
    }
  }
  if (row->offset == AT (on_track_lost))
    settings->on_track_lost_set = TRUE;
}

static void
set_latency (GstLivekitSrc *self, gint latency)
{
  uintptr_t run = gst_livekit_src_peek_run (self);

  if (run)
    livekitSrcRunSetLatency (run, latency);
}

/* Takes some 30 ms. */
static void
set_key (GstLivekitSrc *self, const char *key)
{
  uintptr_t run = gst_livekit_src_peek_run (self);

  if (run)
    livekitSrcRunSetEncryptionKey (run, (char *) key);
}

/* Which track, and which layer of it. What has not changed does nothing. */
static void
apply_choice (GstLivekitSrc *self)
{
  uintptr_t run = gst_livekit_src_peek_run (self);
  GstLivekitSrcSettings settings;

  if (!run)
    return;
  gst_livekit_src_settings_copy (self, &settings);
  livekitSrcRunChoose (run, &settings);
  gst_livekit_src_settings_clear (&settings);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  GstLivekitSrc *self = GST_LIVEKIT_SRC (object);
  const Row *row;

  if (id == GST_LIVEKIT_SRC_PROP_URI) {
    gst_livekit_src_set_uri_property (self, g_value_get_string (value));
    return;
  }
  row = &rows[id - 1];
  GST_OBJECT_LOCK (self);
  store (&self->settings, row, value);
  GST_OBJECT_UNLOCK (self);
  if (row->offset == AT (latency))
    set_latency (self, g_value_get_int (value));
  if (row->offset == AT (e2ee_key))
    set_key (self, g_value_get_string (value));
  if (row->chooses)
    apply_choice (self);
}

void
gst_livekit_src_select (GstLivekitSrc *self, const char *participant, const char *track_sid)
{
  GST_OBJECT_LOCK (self);
  g_free (self->settings.participant);
  g_free (self->settings.track_sid);
  self->settings.participant = participant && *participant ? g_strdup (participant) : NULL;
  self->settings.track_sid = track_sid && *track_sid ? g_strdup (track_sid) : NULL;
  GST_OBJECT_UNLOCK (self);
  apply_choice (self);
  g_object_notify (G_OBJECT (self), "participant");
  g_object_notify (G_OBJECT (self), "track-sid");
}

/* What could be read of a url with a password or a token in it, which is refused at the
 * start, without them: pipeline graphs and -v show it. */
static gchar *
dup_without_secrets (const gchar *url)
{
  const gchar *scheme = strstr (url, "://"), *user = strrchr (url, '@');
  const gchar *host = user ? user : scheme ? scheme + strlen ("://") : url;
  gsize length = strcspn (host, "?#");

  return g_strdup_printf ("%.*s%s%.*s%s", user && scheme ? (int) (scheme - url + 3) : 0, url,
      user ? "(removed)" : "", (int) (length + (user ? 0 : host - url)), user ? host : url,
      host[length] ? "?(removed)" : "");
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  GstLivekitSrc *self = GST_LIVEKIT_SRC (object);
  const Row *row;
  gpointer stored;

  if (id == GST_LIVEKIT_SRC_PROP_URI) {
    g_value_take_string (value, gst_livekit_src_dup_uri (self));
    return;
  }
  if (id > G_N_ELEMENTS (rows)) {
    gst_livekit_src_get_state (self, id, value);
    return;
  }
  row = &rows[id - 1];
  GST_OBJECT_LOCK (self);
  stored = value_of (&self->settings, row);
  switch (row->type) {
    case ROW_STRING:
      if (row->offset == AT (url) && *(gchar **) stored)
        g_value_take_string (value, dup_without_secrets (*(gchar **) stored));
      else
        g_value_set_string (value, *(gchar **) stored);
      break;
    case ROW_INT:
      g_value_set_int (value, *(gint *) stored);
      break;
    case ROW_UINT:
      g_value_set_uint (value, *(guint *) stored);
      break;
    case ROW_ENUM:
      g_value_set_enum (value, *(gint *) stored);
      break;
    case ROW_BOOLEAN:
      g_value_set_boolean (value, *(gboolean *) stored);
      break;
    case ROW_FRACTION: {
      GstLivekitFraction *fraction = stored;

      gst_value_set_fraction (value, fraction->numerator, fraction->denominator);
      break;
    }
  }
  GST_OBJECT_UNLOCK (self);
}

void
gst_livekit_src_install_properties (GObjectClass *klass)
{
  guint i;

  klass->set_property = set_property;
  klass->get_property = get_property;
  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    g_object_class_install_property (klass, i + 1, spec_of (&rows[i]));
  gst_type_mark_as_plugin_api (track_source_get_type (), 0);
  gst_type_mark_as_plugin_api (on_track_lost_get_type (), 0);
  gst_type_mark_as_plugin_api (format_get_type (), 0);
  gst_type_mark_as_plugin_api (quality_get_type (), 0);
  gst_type_mark_as_plugin_api (e2ee_policy_get_type (), 0);
}

void
gst_livekit_src_settings_init (GstLivekitSrcSettings *settings)
{
  guint i;

  memset (settings, 0, sizeof *settings);
  for (i = 0; i < G_N_ELEMENTS (rows); i++) {
    const Row *row = &rows[i];
    const char *text = row->environment ? g_getenv (row->environment) : NULL;

    if (row->type == ROW_STRING)
      *(gchar **) value_of (settings, row) = g_strdup (text && *text ? text : row->text);
    else
      *(gint *) value_of (settings, row) = row->number;
    if (row->type == ROW_FRACTION)
      ((GstLivekitFraction *) value_of (settings, row))->denominator = 1;
  }
}

void
gst_livekit_src_settings_copy (GstLivekitSrc *self, GstLivekitSrcSettings *copy)
{
  guint i;

  GST_OBJECT_LOCK (self);
  *copy = self->settings;
  for (i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (rows[i].type == ROW_STRING) {
      gchar **text = value_of (copy, &rows[i]);

      *text = g_strdup (*text);
    }
  }
  GST_OBJECT_UNLOCK (self);
}

void
gst_livekit_src_settings_clear (GstLivekitSrcSettings *settings)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (rows[i].type == ROW_STRING)
      g_clear_pointer ((gchar **) value_of (settings, &rows[i]), g_free);
  }
}
