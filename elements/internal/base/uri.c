/* The address of an element. Every setting but url and room can be given in the query,
 * by its property's name and as in gst-launch-1.0. An address is taken as a whole or not at all;
 * settings that it does not name stay as they are. Reading it back gives what is set, without
 * secrets. */
#include "private.h"

#include "address.h"

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

    gst_livekit_address_refuse (error, "has %s=%s: it must be one of %s", spec->name, text, values);
    g_free (values);
  } else if (G_IS_PARAM_SPEC_UINT (spec)) {
    gst_livekit_address_refuse (error, "has %s=%s: it must be a number from %u to %u", spec->name,
        text, G_PARAM_SPEC_UINT (spec)->minimum, G_PARAM_SPEC_UINT (spec)->maximum);
  } else if (G_IS_PARAM_SPEC_INT (spec)) {
    gst_livekit_address_refuse (error, "has %s=%s: it must be a number from %d to %d", spec->name,
        text, G_PARAM_SPEC_INT (spec)->minimum, G_PARAM_SPEC_INT (spec)->maximum);
  } else if (G_IS_PARAM_SPEC_UINT64 (spec)) {
    gst_livekit_address_refuse (error,
        "has %s=%s: it must be a number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT,
        spec->name, text, G_PARAM_SPEC_UINT64 (spec)->minimum, G_PARAM_SPEC_UINT64 (spec)->maximum);
  } else if (G_IS_PARAM_SPEC_INT64 (spec)) {
    gst_livekit_address_refuse (error,
        "has %s=%s: it must be a number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, spec->name,
        text, G_PARAM_SPEC_INT64 (spec)->minimum, G_PARAM_SPEC_INT64 (spec)->maximum);
  } else {
    gst_livekit_address_refuse (error, "has %s=%s: it must be a %s", spec->name, text,
        g_type_name (spec->value_type));
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

    gst_livekit_address_refuse (error, "has an unknown key \"%s\": there are %s", key, keys);
    g_free (keys);
    return FALSE;
  }
  for (i = 0; i < settings->len; i++) {
    if (g_array_index (settings, Setting, i).spec == setting.spec)
      return gst_livekit_address_refuse (error, "has the key %s twice", setting.spec->name);
  }
  if (!parse_value (setting.spec, text, &setting.value, error))
    return FALSE;
  g_array_append_val (settings, setting);
  return TRUE;
}

static GArray *
settings_new (void)
{
  GArray *settings = g_array_new (FALSE, FALSE, sizeof (Setting));

  g_array_set_clear_func (settings, setting_clear);
  return settings;
}

gboolean
gst_livekit_base_src_takes (GObjectClass *klass, const gchar *key, const gchar *text,
    GError **error)
{
  GArray *settings = settings_new ();
  gboolean takes = parse_setting (klass, key, text, settings, error);

  g_array_unref (settings);
  return takes;
}

static void
add_text (GObjectClass *klass, const char *name, const gchar *text, GArray *settings)
{
  Setting setting = { g_object_class_find_property (klass, name), G_VALUE_INIT };

  g_value_init (&setting.value, G_TYPE_STRING);
  g_value_set_string (&setting.value, text);
  g_array_append_val (settings, setting);
}

/* The properties that an address sets, or NULL. */
static GArray *
parse (GObjectClass *klass, const gchar *text, GError **error)
{
  GstLivekitAddress address;
  GArray *settings;
  gchar **query;
  gboolean fine = TRUE;

  if (!gst_livekit_address_parse (text, &address, error))
    return NULL;
  settings = settings_new ();
  add_text (klass, "url", address.url, settings);
  add_text (klass, "room", address.room, settings);
  for (query = address.query; fine && *query; query += 2)
    fine = parse_setting (klass, query[0], query[1], settings, error);
  gst_livekit_address_clear (&address);
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

gboolean
gst_livekit_base_src_take_uri (GstLivekitBaseSrc *self, const gchar *text, GError **error)
{
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
  if (gst_livekit_base_src_take_uri (self, text, &error))
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

/* The settings that the user made, as a query. */
static gchar **
dup_query (GstLivekitBaseSrc *self)
{
  GPtrArray *query = g_ptr_array_new ();
  guint i, n;
  GParamSpec **specs = g_object_class_list_properties (G_OBJECT_GET_CLASS (self), &n);

  for (i = 0; i < n; i++) {
    GValue value = G_VALUE_INIT;
    gchar *text;

    if (!is_key (specs[i]) || !(specs[i]->flags & G_PARAM_READABLE) || !is_chosen (self, specs[i]))
      continue;
    g_value_init (&value, specs[i]->value_type);
    g_object_get_property (G_OBJECT (self), specs[i]->name, &value);
    text =
        G_VALUE_HOLDS_STRING (&value) ? g_value_dup_string (&value) : gst_value_serialize (&value);
    g_ptr_array_add (query, g_strdup (specs[i]->name));
    g_ptr_array_add (query, text ? text : g_strdup (""));
    g_value_unset (&value);
  }
  g_free (specs);
  g_ptr_array_add (query, NULL);
  return (gchar **) g_ptr_array_free (query, FALSE);
}

gchar *
gst_livekit_base_src_dup_uri (GstLivekitBaseSrc *self)
{
  GstLivekitAddress address;
  gchar *text;

  g_object_get (self, "url", &address.url, "room", &address.room, NULL);
  address.query = dup_query (self);
  text = gst_livekit_address_format (&address);
  gst_livekit_address_clear (&address);
  return text;
}

static gboolean
gst_livekit_base_src_set_uri (GstURIHandler *handler, const gchar *text, GError **error)
{
  return gst_livekit_base_src_take_uri (GST_LIVEKIT_BASE_SRC (handler), text, error);
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
  return gst_livekit_address_protocols ();
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
          "livekit://host[:port]/room?participant=...&track-name=... (wss), or livekit+ws:// (ws). "
          "Secrets are omitted when it is read back",
          NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_READY));
}
