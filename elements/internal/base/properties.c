/* The properties that are settings: of an element's rows, which everything else reads. */
#include "private.h"

#include "_cgo_export.h"

#include <string.h>

#define AT(field) G_STRUCT_OFFSET (GstLivekitSettings, field)

static gpointer
value_of (GstLivekitSettings *settings, const GstLivekitRow *row)
{
  return (guint8 *) settings + row->offset;
}

static GParamSpec *
spec_of (const GstLivekitRow *row)
{
  GParamFlags flags = row->write_only ? G_PARAM_WRITABLE : G_PARAM_READWRITE;

  flags |= G_PARAM_STATIC_STRINGS;
  flags |= row->any_state || row->chooses ? GST_PARAM_MUTABLE_PLAYING : GST_PARAM_MUTABLE_READY;
  switch (row->type) {
    case GST_LIVEKIT_ROW_STRING:
      return g_param_spec_string (row->name, row->name, row->blurb, row->text, flags);
    case GST_LIVEKIT_ROW_INT:
      return g_param_spec_int (row->name, row->name, row->blurb, row->min, row->max, row->number,
          flags);
    case GST_LIVEKIT_ROW_UINT:
      return g_param_spec_uint (row->name, row->name, row->blurb, row->min, row->max, row->number,
          flags);
    case GST_LIVEKIT_ROW_INT64:
      return g_param_spec_int64 (row->name, row->name, row->blurb, row->min, row->max, row->number,
          flags);
    case GST_LIVEKIT_ROW_UINT64:
      return g_param_spec_uint64 (row->name, row->name, row->blurb, row->min, row->max, row->number,
          flags);
    case GST_LIVEKIT_ROW_ENUM:
      return g_param_spec_enum (row->name, row->name, row->blurb,
          gst_livekit_enumeration (row->enumeration, row->values), row->number, flags);
    case GST_LIVEKIT_ROW_BOOLEAN:
      return g_param_spec_boolean (row->name, row->name, row->blurb, row->number, flags);
    case GST_LIVEKIT_ROW_FRACTION:
      return gst_param_spec_fraction (row->name, row->name, row->blurb, 0, 1, G_MAXINT, 1,
          row->number, 1, flags);
  }
  g_return_val_if_reached (NULL);
}

static void
store (GstLivekitSettings *settings, const GstLivekitRow *row, const GValue *value)
{
  switch (row->type) {
    case GST_LIVEKIT_ROW_STRING: {
      gchar **text = value_of (settings, row);
      const gchar *given = g_value_get_string (value);

      g_free (*text);
      *text = given && *given ? g_strdup (given) : NULL;
      break;
    }
    case GST_LIVEKIT_ROW_INT:
      *(gint *) value_of (settings, row) = g_value_get_int (value);
      break;
    case GST_LIVEKIT_ROW_UINT:
      *(guint *) value_of (settings, row) = g_value_get_uint (value);
      break;
    case GST_LIVEKIT_ROW_INT64:
      *(gint64 *) value_of (settings, row) = g_value_get_int64 (value);
      break;
    case GST_LIVEKIT_ROW_UINT64:
      *(guint64 *) value_of (settings, row) = g_value_get_uint64 (value);
      break;
    case GST_LIVEKIT_ROW_ENUM:
      *(gint *) value_of (settings, row) = g_value_get_enum (value);
      break;
    case GST_LIVEKIT_ROW_BOOLEAN:
      *(gboolean *) value_of (settings, row) = g_value_get_boolean (value);
      break;
    case GST_LIVEKIT_ROW_FRACTION: {
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
set_latency (GstLivekitBaseSrc *self, gint latency)
{
  uintptr_t run = gst_livekit_base_src_peek_run (self);

  if (run)
    livekitBaseRunSetLatency (run, latency);
}

/* Takes some 30 ms. */
static void
set_key (GstLivekitBaseSrc *self, const char *key)
{
  uintptr_t run = gst_livekit_base_src_peek_run (self);

  if (run)
    livekitBaseRunSetEncryptionKey (run, (char *) key);
}

/* Which track, and how it is wanted. What has not changed does nothing. */
static void
apply_choice (GstLivekitBaseSrc *self)
{
  uintptr_t run = gst_livekit_base_src_peek_run (self);
  GstLivekitSettings *settings;

  if (!run)
    return;
  settings = gst_livekit_base_src_settings_copy (self);
  livekitBaseRunChoose (run, settings);
  gst_livekit_base_src_settings_free (self, settings);
}

void
gst_livekit_base_src_catch_up (GstLivekitBaseSrc *self, const GstLivekitSettings *begun)
{
  GstLivekitSettings *now = gst_livekit_base_src_settings_copy (self);

  if (now->latency != begun->latency)
    set_latency (self, now->latency);
  if (g_strcmp0 (now->e2ee_key, begun->e2ee_key) != 0)
    set_key (self, now->e2ee_key);
  gst_livekit_base_src_settings_free (self, now);
  apply_choice (self);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *spec)
{
  GstLivekitBaseSrc *self = GST_LIVEKIT_BASE_SRC (object);
  const GstLivekitRow *row;

  if (id == GST_LIVEKIT_BASE_SRC_PROP_URI) {
    gst_livekit_base_src_set_uri_property (self, g_value_get_string (value));
    return;
  }
  row = &GST_LIVEKIT_BASE_SRC_GET_CLASS (self)->rows[id - 1];
  GST_OBJECT_LOCK (self);
  store (self->priv->settings, row, value);
  GST_OBJECT_UNLOCK (self);
  if (row->offset == AT (latency))
    set_latency (self, g_value_get_int (value));
  if (row->offset == AT (e2ee_key))
    set_key (self, g_value_get_string (value));
  if (row->chooses)
    apply_choice (self);
}

void
gst_livekit_base_src_select (GstLivekitBaseSrc *self, const char *participant,
    const char *track_sid)
{
  GstLivekitSettings *settings = self->priv->settings;

  GST_OBJECT_LOCK (self);
  g_free (settings->participant);
  g_free (settings->track_sid);
  settings->participant = participant && *participant ? g_strdup (participant) : NULL;
  settings->track_sid = track_sid && *track_sid ? g_strdup (track_sid) : NULL;
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
  GstLivekitBaseSrc *self = GST_LIVEKIT_BASE_SRC (object);
  const GstLivekitRow *row;
  gpointer stored;

  if (id == GST_LIVEKIT_BASE_SRC_PROP_URI) {
    g_value_take_string (value, gst_livekit_base_src_dup_uri (self));
    return;
  }
  if (id > GST_LIVEKIT_BASE_SRC_PROP_URI) {
    gst_livekit_base_src_get_state (self, id, value);
    return;
  }
  row = &GST_LIVEKIT_BASE_SRC_GET_CLASS (self)->rows[id - 1];
  GST_OBJECT_LOCK (self);
  stored = value_of (self->priv->settings, row);
  switch (row->type) {
    case GST_LIVEKIT_ROW_STRING:
      if (row->offset == AT (url) && *(gchar **) stored)
        g_value_take_string (value, dup_without_secrets (*(gchar **) stored));
      else
        g_value_set_string (value, *(gchar **) stored);
      break;
    case GST_LIVEKIT_ROW_INT:
      g_value_set_int (value, *(gint *) stored);
      break;
    case GST_LIVEKIT_ROW_UINT:
      g_value_set_uint (value, *(guint *) stored);
      break;
    case GST_LIVEKIT_ROW_INT64:
      g_value_set_int64 (value, *(gint64 *) stored);
      break;
    case GST_LIVEKIT_ROW_UINT64:
      g_value_set_uint64 (value, *(guint64 *) stored);
      break;
    case GST_LIVEKIT_ROW_ENUM:
      g_value_set_enum (value, *(gint *) stored);
      break;
    case GST_LIVEKIT_ROW_BOOLEAN:
      g_value_set_boolean (value, *(gboolean *) stored);
      break;
    case GST_LIVEKIT_ROW_FRACTION: {
      GstLivekitFraction *fraction = stored;

      gst_value_set_fraction (value, fraction->numerator, fraction->denominator);
      break;
    }
  }
  GST_OBJECT_UNLOCK (self);
}

/* GObject has each class do this anew. */
void
gst_livekit_base_src_handle_properties (GObjectClass *klass)
{
  klass->set_property = set_property;
  klass->get_property = get_property;
}

void
gst_livekit_base_src_class_install_rows (GstLivekitBaseSrcClass *klass, const GstLivekitRow *rows,
    guint n_rows, gsize settings_size)
{
  guint i;

  gst_livekit_base_src_handle_properties (G_OBJECT_CLASS (klass));
  klass->rows = g_memdup2 (rows, n_rows * sizeof *rows);
  klass->n_rows = n_rows;
  klass->settings_size = settings_size;
  for (i = 0; i < n_rows; i++) {
    GstLivekitRow *row = &klass->rows[i];

    if (row->type == GST_LIVEKIT_ROW_COMMON) {
      *row = *gst_livekit_base_src_common_row (row->name);
      row->blurb = rows[i].blurb ? rows[i].blurb : row->blurb;
    }
    g_object_class_install_property (G_OBJECT_CLASS (klass), i + 1, spec_of (row));
  }
}

GstLivekitSettings *
gst_livekit_base_src_settings_new (GstLivekitBaseSrcClass *klass)
{
  GstLivekitSettings *settings = g_malloc0 (klass->settings_size);
  guint i;

  for (i = 0; i < klass->n_rows; i++) {
    const GstLivekitRow *row = &klass->rows[i];
    const char *text = row->environment ? g_getenv (row->environment) : NULL;

    if (row->type == GST_LIVEKIT_ROW_STRING)
      *(gchar **) value_of (settings, row) = g_strdup (text && *text ? text : row->text);
    else if (row->type == GST_LIVEKIT_ROW_INT64 || row->type == GST_LIVEKIT_ROW_UINT64)
      *(gint64 *) value_of (settings, row) = row->number;
    else
      *(gint *) value_of (settings, row) = row->number;
    if (row->type == GST_LIVEKIT_ROW_FRACTION)
      ((GstLivekitFraction *) value_of (settings, row))->denominator = 1;
  }
  return settings;
}

GstLivekitSettings *
gst_livekit_base_src_settings_copy (GstLivekitBaseSrc *self)
{
  GstLivekitBaseSrcClass *klass = GST_LIVEKIT_BASE_SRC_GET_CLASS (self);
  GstLivekitSettings *copy;
  guint i;

  GST_OBJECT_LOCK (self);
  copy = g_memdup2 (self->priv->settings, klass->settings_size);
  for (i = 0; i < klass->n_rows; i++) {
    if (klass->rows[i].type == GST_LIVEKIT_ROW_STRING) {
      gchar **text = value_of (copy, &klass->rows[i]);

      *text = g_strdup (*text);
    }
  }
  GST_OBJECT_UNLOCK (self);
  return copy;
}

void
gst_livekit_base_src_settings_free (GstLivekitBaseSrc *self, GstLivekitSettings *settings)
{
  GstLivekitBaseSrcClass *klass = GST_LIVEKIT_BASE_SRC_GET_CLASS (self);
  guint i;

  for (i = 0; i < klass->n_rows; i++) {
    if (klass->rows[i].type == GST_LIVEKIT_ROW_STRING)
      g_free (*(gchar **) value_of (settings, &klass->rows[i]));
  }
  g_free (settings);
}
