/* The element as a handler of addresses:
 *
 *   livekit://host[:port][/path]/room[?property=value[&property=value...]]
 *
 * is room at the server wss://host[:port][/path], and livekit+ws:// the same at
 * ws://. The last segment of the path is the room. Every setting but these two can
 * be given in the query, by its property's name and as in gst-launch-1.0; %xx is
 * understood everywhere, and + is a plus. An address is taken as a whole or not at
 * all; settings that it does not name stay as they are. Reading it back gives
 * what is set, without secrets. */
#include "private.h"

#define EXAMPLE "livekit://example.livekit.cloud/room"
#define PARSE_FLAGS                                                                                \
  (G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_ENCODED_PATH | G_URI_FLAGS_ENCODED_QUERY |               \
      G_URI_FLAGS_ENCODED_FRAGMENT)

static const struct {
  const char *protocol; /* of the address */
  const char *scheme;   /* of the server's url */
  const char *also;     /* the url may also have this one */
} schemes[] = {
  { "livekit", "wss", "https" },
  { "livekit+ws", "ws", "http" },
};

/* One property of an address. */
typedef struct {
  GParamSpec *spec;
  GValue value;
} Setting;

static void
setting_clear (gpointer data)
{
  g_value_unset (&((Setting *) data)->value);
}

G_GNUC_PRINTF (2, 3)
static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list arguments;
  gchar *reason;

  va_start (arguments, format);
  reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, GST_URI_ERROR, GST_URI_ERROR_BAD_URI, "the LiveKit address %s", reason);
  g_free (reason);
  return FALSE;
}

/* Whether a property can be given in the query. */
static gboolean
is_key (GParamSpec *spec)
{
  return spec && gst_livekit_base_src_is_setting (spec) && !g_str_equal (spec->name, "url") &&
      !g_str_equal (spec->name, "room");
}

static gchar *
list_keys (GObjectClass *klass)
{
  GString *keys = g_string_new (NULL);
  guint i, n;
  GParamSpec **specs = g_object_class_list_properties (klass, &n);

  for (i = 0; i < n; i++) {
    if (is_key (specs[i]))
      g_string_append_printf (keys, "%s%s", keys->len ? ", " : "", specs[i]->name);
  }
  g_free (specs);
  return g_string_free (keys, FALSE);
}

static gchar *
list_values (GParamSpec *spec)
{
  GEnumClass *klass = G_PARAM_SPEC_ENUM (spec)->enum_class;
  GString *values = g_string_new (NULL);
  guint i;

  for (i = 0; i < klass->n_values; i++)
    g_string_append_printf (values, "%s%s", i ? ", " : "", klass->values[i].value_nick);
  return g_string_free (values, FALSE);
}

/* Says what a property takes instead of `text`. Secrets are strings, which take
 * anything. */
static void
refuse_value (GParamSpec *spec, const gchar *text, GError **error)
{
  if (G_IS_PARAM_SPEC_ENUM (spec)) {
    gchar *values = list_values (spec);

    refuse (error, "has %s=%s: it must be one of %s", spec->name, text, values);
    g_free (values);
  } else if (G_IS_PARAM_SPEC_UINT (spec)) {
    refuse (error, "has %s=%s: it must be a number from %u to %u", spec->name, text,
        G_PARAM_SPEC_UINT (spec)->minimum, G_PARAM_SPEC_UINT (spec)->maximum);
  } else if (G_IS_PARAM_SPEC_INT (spec)) {
    refuse (error, "has %s=%s: it must be a number from %d to %d", spec->name, text,
        G_PARAM_SPEC_INT (spec)->minimum, G_PARAM_SPEC_INT (spec)->maximum);
  } else {
    refuse (error, "has %s=%s: it must be a %s", spec->name, text, g_type_name (spec->value_type));
  }
}

/* Deserializing takes anything for a number of an enum, also nothing. */
static gboolean
read_enum (GParamSpec *spec, const gchar *text, GValue *value)
{
  GEnumValue *found = g_enum_get_value_by_nick (G_PARAM_SPEC_ENUM (spec)->enum_class, text);

  if (found)
    g_value_set_enum (value, found->value);
  return found != NULL;
}

static gboolean
parse_value (GParamSpec *spec, const gchar *text, GValue *value, GError **error)
{
  gboolean fine = TRUE;

  g_value_init (value, spec->value_type);
  if (G_VALUE_HOLDS_STRING (value))
    g_value_set_string (value, text);
  else if (G_VALUE_HOLDS_ENUM (value))
    fine = read_enum (spec, text, value);
  else /* validating reports that it had to change the value */
    fine = *text && gst_value_deserialize (value, text) && !g_param_value_validate (spec, value);
  if (fine)
    return TRUE;
  g_value_unset (value);
  refuse_value (spec, text, error);
  return FALSE;
}

static gboolean
parse_setting (GObjectClass *klass, const gchar *key, const gchar *text, GArray *settings,
    GError **error)
{
  Setting setting = { g_object_class_find_property (klass, key), G_VALUE_INIT };
  guint i;

  if (!is_key (setting.spec)) {
    gchar *keys = list_keys (klass);

    refuse (error, "has an unknown key \"%s\": there are %s", key, keys);
    g_free (keys);
    return FALSE;
  }
  for (i = 0; i < settings->len; i++) {
    if (g_array_index (settings, Setting, i).spec == setting.spec)
      return refuse (error, "has the key %s twice", setting.spec->name);
  }
  if (!parse_value (setting.spec, text, &setting.value, error))
    return FALSE;
  g_array_append_val (settings, setting);
  return TRUE;
}

static gboolean
parse_query (GObjectClass *klass, const gchar *query, GArray *settings, GError **error)
{
  GUriParamsIter iter;
  GError *problem = NULL;
  gchar *key, *text;
  gboolean fine = TRUE;

  if (!query)
    return TRUE;
  g_uri_params_iter_init (&iter, query, -1, "&", G_URI_PARAMS_NONE);
  while (fine && g_uri_params_iter_next (&iter, &key, &text, &problem)) {
    fine = parse_setting (klass, key, text, settings, error);
    g_free (key);
    g_free (text);
  }
  if (problem) {
    /* Its message repeats the query, which may hold a token. */
    g_error_free (problem);
    return refuse (error,
        "has a query that is not key=value&key=value with %%xx for odd characters");
  }
  return fine;
}

static void
add_text (GObjectClass *klass, const char *name, const gchar *text, GArray *settings)
{
  Setting setting = { g_object_class_find_property (klass, name), G_VALUE_INIT };

  g_value_init (&setting.value, G_TYPE_STRING);
  g_value_set_string (&setting.value, text);
  g_array_append_val (settings, setting);
}

/* The server and the room. */
static gboolean
parse_place (GObjectClass *klass, GUri *uri, const char *scheme, GArray *settings, GError **error)
{
  const gchar *path = g_uri_get_path (uri), *slash = strrchr (path, '/');
  gchar *room = slash ? g_uri_unescape_string (slash + 1, NULL) : NULL;
  gchar *prefix, *url;

  if (!room || !*room) {
    g_free (room);
    return refuse (error, "names no room: write it behind the server, as in " EXAMPLE);
  }
  prefix = g_strndup (path, slash - path);
  url = g_uri_join (PARSE_FLAGS, scheme, NULL, g_uri_get_host (uri), g_uri_get_port (uri), prefix,
      NULL, NULL);
  add_text (klass, "url", url, settings);
  add_text (klass, "room", room, settings);
  g_free (url);
  g_free (prefix);
  g_free (room);
  return TRUE;
}

static gboolean
check_parts (GUri *uri, GError **error)
{
  const gchar *host = g_uri_get_host (uri);

  if (g_uri_get_userinfo (uri))
    return refuse (error,
        "has a user name before its server: a token goes behind it, as in "
        "" EXAMPLE "?token=...");
  if (!host || !*host)
    return refuse (error, "names no server: write it as in " EXAMPLE);
  if (g_uri_get_port (uri) == 0)
    return refuse (error, "has a port that is not a number from 1 to 65535");
  if (g_uri_get_fragment (uri))
    return refuse (error, "has a part behind #, which means nothing here: write %%23 for a #");
  return TRUE;
}

/* GLib's messages repeat the address, which may hold a token. */
static GUri *
split (const gchar *text, GError **error)
{
  GError *problem = NULL;
  GUri *uri = g_uri_parse (text, PARSE_FLAGS, &problem);

  if (uri)
    return uri;
  switch (problem->code) {
    case G_URI_ERROR_BAD_PORT:
      refuse (error, "has a port that is not a number from 1 to 65535");
      break;
    case G_URI_ERROR_BAD_HOST:
      refuse (error, "has a server that is no host name and no IP address (IPv6 is in brackets)");
      break;
    default:
      refuse (error, "cannot be read: write it as in " EXAMPLE ", with %%xx for odd characters");
  }
  g_error_free (problem);
  return NULL;
}

static const char *
scheme_of (const gchar *text)
{
  gchar *protocol = gst_uri_get_protocol (text);
  const char *scheme = NULL;
  guint i;

  for (i = 0; protocol && i < G_N_ELEMENTS (schemes); i++) {
    if (g_ascii_strcasecmp (protocol, schemes[i].protocol) == 0)
      scheme = schemes[i].scheme;
  }
  g_free (protocol);
  return scheme;
}

static GArray *
parse (GObjectClass *klass, const gchar *text, GError **error)
{
  const char *scheme = scheme_of (text);
  GArray *settings;
  gboolean fine;
  GUri *uri;

  if (!scheme) {
    g_set_error (error, GST_URI_ERROR, GST_URI_ERROR_UNSUPPORTED_PROTOCOL,
        "a LiveKit address begins with livekit:// or livekit+ws://");
    return NULL;
  }
  uri = split (text, error);
  if (!uri)
    return NULL;
  settings = g_array_new (FALSE, FALSE, sizeof (Setting));
  g_array_set_clear_func (settings, setting_clear);
  fine = check_parts (uri, error) && parse_place (klass, uri, scheme, settings, error) &&
      parse_query (klass, g_uri_get_query (uri), settings, error);
  g_uri_unref (uri);
  if (!fine)
    g_clear_pointer (&settings, g_array_unref);
  return settings;
}

static void
set_problem (GstLivekitBaseSrc *self, const gchar *problem)
{
  GST_OBJECT_LOCK (self);
  g_free (self->priv->uri_problem);
  self->priv->uri_problem = g_strdup (problem);
  GST_OBJECT_UNLOCK (self);
}

static gboolean
is_running (GstLivekitBaseSrc *self)
{
  gboolean running;

  GST_OBJECT_LOCK (self);
  running = GST_STATE (self) > GST_STATE_READY;
  GST_OBJECT_UNLOCK (self);
  return running;
}

static gboolean
gst_livekit_base_src_set_uri (GstURIHandler *handler, const gchar *text, GError **error)
{
  GstLivekitBaseSrc *self = GST_LIVEKIT_BASE_SRC (handler);
  GArray *settings;
  guint i;

  if (is_running (self)) {
    g_set_error (error, GST_URI_ERROR, GST_URI_ERROR_BAD_STATE,
        "the LiveKit address can be set in the states NULL and READY only");
    return FALSE;
  }
  settings = parse (G_OBJECT_GET_CLASS (self), text, error);
  if (!settings)
    return FALSE;
  g_object_freeze_notify (G_OBJECT (self));
  for (i = 0; i < settings->len; i++) {
    Setting *setting = &g_array_index (settings, Setting, i);

    g_object_set_property (G_OBJECT (self), setting->spec->name, &setting->value);
  }
  g_object_thaw_notify (G_OBJECT (self));
  g_array_unref (settings);
  set_problem (self, NULL);
  return TRUE;
}

void
gst_livekit_base_src_set_uri_property (GstLivekitBaseSrc *self, const gchar *text)
{
  GError *error = NULL;

  if (!text || !*text) {
    set_problem (self, NULL);
    return;
  }
  if (gst_livekit_base_src_set_uri (GST_URI_HANDLER (self), text, &error))
    return;
  GST_CAT_WARNING_OBJECT (GST_LIVEKIT_BASE_SRC_GET_CLASS (self)->category, self,
      "uri not taken: %s", error->message);
  if (!g_error_matches (error, GST_URI_ERROR, GST_URI_ERROR_BAD_STATE))
    set_problem (self, error->message);
  g_error_free (error);
}

/* Whether the user has set a property to something, so that it belongs into the
 * element's address. Spec is one of the settings. */
static gboolean
is_chosen (GstLivekitBaseSrc *self, GParamSpec *spec)
{
  GValue value = G_VALUE_INIT;
  gboolean chosen;

  g_value_init (&value, spec->value_type);
  g_object_get_property (G_OBJECT (self), spec->name, &value);
  chosen = !g_param_value_defaults (spec, &value);
  g_value_unset (&value);
  if (g_str_equal (spec->name, "on-track-lost")) { /* its default means something, too */
    GST_OBJECT_LOCK (self);
    chosen = self->priv->settings->on_track_lost_set;
    GST_OBJECT_UNLOCK (self);
  }
  return chosen;
}

/* The settings that the user made, as a query; NULL if there are none. */
static gchar *
dup_query (GstLivekitBaseSrc *self)
{
  GString *query = g_string_new (NULL);
  guint i, n;
  GParamSpec **specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (self), &n);

  for (i = 0; i < n; i++) {
    GValue value = G_VALUE_INIT;
    gchar *text, *escaped;

    if (!is_key (specs[i]) || !(specs[i]->flags & G_PARAM_READABLE) || !is_chosen (self, specs[i]))
      continue;
    g_value_init (&value, specs[i]->value_type);
    g_object_get_property (G_OBJECT (self), specs[i]->name, &value);
    text =
        G_VALUE_HOLDS_STRING (&value) ? g_value_dup_string (&value) : gst_value_serialize (&value);
    escaped = g_uri_escape_string (text ? text : "", NULL, FALSE);
    g_string_append_printf (query, "%s%s=%s", query->len ? "&" : "", specs[i]->name, escaped);
    g_free (escaped);
    g_free (text);
    g_value_unset (&value);
  }
  g_free (specs);
  return g_string_free (query, query->len == 0);
}

static const char *
protocol_of (const char *scheme)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (schemes); i++) {
    if (g_str_equal (scheme, schemes[i].scheme) || g_str_equal (scheme, schemes[i].also))
      return schemes[i].protocol;
  }
  return NULL;
}

static gchar *
join (GstLivekitBaseSrc *self, GUri *server, const gchar *room)
{
  const char *protocol = protocol_of (g_uri_get_scheme (server));
  const gchar *prefix = g_uri_get_path (server);
  gchar *segment, *path, *query, *text;
  gsize length = strlen (prefix);

  if (!protocol || !g_uri_get_host (server) || g_uri_get_userinfo (server))
    return NULL;
  while (length > 0 && prefix[length - 1] == '/')
    length--;
  segment = g_uri_escape_string (room, NULL, FALSE);
  path = g_strdup_printf ("%.*s/%s", (int) length, prefix, segment);
  query = dup_query (self);
  text = g_uri_join (PARSE_FLAGS, protocol, NULL, g_uri_get_host (server), g_uri_get_port (server),
      path, query, NULL);
  g_free (query);
  g_free (path);
  g_free (segment);
  return text;
}

gchar *
gst_livekit_base_src_dup_uri (GstLivekitBaseSrc *self)
{
  gchar *url, *room, *text = NULL;
  GUri *server;

  g_object_get (self, "url", &url, "room", &room, NULL);
  server = url && room ? g_uri_parse (url, PARSE_FLAGS, NULL) : NULL;
  if (server) {
    text = join (self, server, room);
    g_uri_unref (server);
  }
  g_free (url);
  g_free (room);
  return text;
}

static gchar *
gst_livekit_base_src_get_uri (GstURIHandler *handler)
{
  return gst_livekit_base_src_dup_uri (GST_LIVEKIT_BASE_SRC (handler));
}

static GstURIType
gst_livekit_base_src_get_uri_type (GType type)
{
  return GST_URI_SRC;
}

static const gchar *const *
gst_livekit_base_src_get_protocols (GType type)
{
  static const gchar *protocols[G_N_ELEMENTS (schemes) + 1];
  static gsize once;
  guint i;

  if (g_once_init_enter (&once)) {
    for (i = 0; i < G_N_ELEMENTS (schemes); i++)
      protocols[i] = schemes[i].protocol;
    g_once_init_leave (&once, 1);
  }
  return protocols;
}

void
gst_livekit_base_src_uri_handler_init (gpointer data, gpointer unused)
{
  GstURIHandlerInterface *iface = data;

  iface->get_type = gst_livekit_base_src_get_uri_type;
  iface->get_protocols = gst_livekit_base_src_get_protocols;
  iface->get_uri = gst_livekit_base_src_get_uri;
  iface->set_uri = gst_livekit_base_src_set_uri;
}

void
gst_livekit_base_src_install_uri (GObjectClass *klass)
{
  g_object_class_install_property (klass, GST_LIVEKIT_BASE_SRC_PROP_URI,
      g_param_spec_string ("uri", "uri",
          "Server, room and other properties in one: "
          "livekit://host[:port]/room?participant=...&track-source=camera (wss), or livekit+ws:// "
          "(ws). Reads without secrets",
          NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY));
}
