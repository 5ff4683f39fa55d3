/* The address of the bin, which is divided between its parts: each gets the settings that it
 * takes. An address makes the parts anew, so it is all that they have. */
#include "gstlivekitbin.h"

#include "../internal/base/address.h"
#include "../internal/base/gstlivekitbasesrc.h"

static const char *names[GST_LIVEKIT_KINDS] = { "video", "audio" };

#define WANTS(kinds, kind) ((kinds) & 1u << (kind))
#define ALL_KINDS ((1u << GST_LIVEKIT_KINDS) - 1)

/* Which parts an address asks for. */
static gboolean
parse_kinds (const GstLivekitAddress *address, guint *kinds, GError **error)
{
  gchar **query;
  guint i, given = 0;

  for (query = address->query; *query; query += 2) {
    guint before = given;

    if (!g_str_equal (query[0], "kind"))
      continue;
    for (i = 0; i < GST_LIVEKIT_KINDS; i++) {
      if (g_str_equal (query[1], names[i]))
        given |= 1u << i;
    }
    if (before)
      return gst_livekit_address_refuse (error, "has the key kind twice");
    if (!given)
      return gst_livekit_address_refuse (error, "has kind=%s: it must be one of video, audio",
          query[1]);
  }
  *kinds = given ? given : ALL_KINDS;
  return TRUE;
}

/* Refuses a setting that no part takes, for the reason that the first one has. */
static gboolean
check_setting (GstElement *elements[], const gchar *key, const gchar *text, GError **error)
{
  GError *reason = NULL;
  guint i;

  for (i = 0; i < GST_LIVEKIT_KINDS; i++) {
    if (elements[i] &&
        gst_livekit_base_src_takes (G_OBJECT_GET_CLASS (elements[i]), key, text,
            reason ? NULL : &reason)) {
      g_clear_error (&reason);
      return TRUE;
    }
  }
  g_propagate_error (error, reason);
  return FALSE;
}

static gboolean
check_settings (GstElement *elements[], const GstLivekitAddress *address, GError **error)
{
  gchar **query;

  for (query = address->query; *query; query += 2) {
    if (!g_str_equal (query[0], "kind") && !check_setting (elements, query[0], query[1], error))
      return FALSE;
  }
  return TRUE;
}

/* Gives a part what it takes of an address. The pairs stay the address'. */
static gboolean
set_part (GstElement *element, const GstLivekitAddress *address, GError **error)
{
  GPtrArray *taken = g_ptr_array_new ();
  GstLivekitAddress part = *address;
  gchar **query, *text;
  gboolean fine;

  for (query = address->query; *query; query += 2) {
    if (gst_livekit_base_src_takes (G_OBJECT_GET_CLASS (element), query[0], query[1], NULL)) {
      g_ptr_array_add (taken, query[0]);
      g_ptr_array_add (taken, query[1]);
    }
  }
  g_ptr_array_add (taken, NULL);
  part.query = (gchar **) taken->pdata;
  text = gst_livekit_address_format (&part);
  fine = gst_livekit_base_src_take_uri (GST_LIVEKIT_BASE_SRC (element), text, error);
  g_free (text);
  g_ptr_array_unref (taken);
  return fine;
}

static gboolean
make_elements (guint kinds, GstElement *elements[], GError **error)
{
  guint i;

  for (i = 0; i < GST_LIVEKIT_KINDS; i++) {
    if (!WANTS (kinds, i))
      continue;
    elements[i] = gst_element_factory_make (gst_livekit_bin_factory_name (i), names[i]);
    if (!elements[i]) {
      g_set_error (error, GST_URI_ERROR, GST_URI_ERROR_BAD_REFERENCE,
          "there is no element %s, which livekitbin is made of: register it, too",
          gst_livekit_bin_factory_name (i));
      return FALSE;
    }
    gst_object_ref_sink (elements[i]);
  }
  return TRUE;
}

static gboolean
configure (GstElement *elements[], const GstLivekitAddress *address, GError **error)
{
  guint i;

  if (!check_settings (elements, address, error))
    return FALSE;
  for (i = 0; i < GST_LIVEKIT_KINDS; i++) {
    if (elements[i] && !set_part (elements[i], address, error))
      return FALSE;
  }
  return TRUE;
}

static void
replace_parts (GstLivekitBin *self, GstElement *elements[])
{
  guint i;

  for (i = 0; i < GST_LIVEKIT_KINDS; i++) {
    GstElement *old = self->parts[i].element;

    if (old) {
      gst_element_set_state (old, GST_STATE_NULL);
      gst_bin_remove (GST_BIN (self), old);
    }
    self->parts[i].element = elements[i];
    if (elements[i])
      gst_bin_add (GST_BIN (self), elements[i]);
  }
}

static void
set_problem (GstLivekitBin *self, const gchar *problem)
{
  GST_OBJECT_LOCK (self);
  g_free (self->uri_problem);
  self->uri_problem = g_strdup (problem);
  GST_OBJECT_UNLOCK (self);
}

static gboolean
is_running (GstLivekitBin *self)
{
  gboolean running;

  GST_OBJECT_LOCK (self);
  running = GST_STATE (self) > GST_STATE_READY;
  GST_OBJECT_UNLOCK (self);
  return running;
}

static gboolean
take_uri (GstLivekitBin *self, const gchar *text, GError **error)
{
  GstElement *elements[GST_LIVEKIT_KINDS] = { NULL };
  GstLivekitAddress address;
  gboolean fine;
  guint kinds, i;

  if (is_running (self)) {
    g_set_error (error, GST_URI_ERROR, GST_URI_ERROR_BAD_STATE,
        "the LiveKit address can be set in the states NULL and READY only");
    return FALSE;
  }
  if (!gst_livekit_address_parse (text, &address, error))
    return FALSE;
  fine = parse_kinds (&address, &kinds, error) && make_elements (kinds, elements, error) &&
      configure (elements, &address, error);
  gst_livekit_address_clear (&address);
  if (fine) {
    replace_parts (self, elements);
    set_problem (self, NULL);
  }
  for (i = 0; i < GST_LIVEKIT_KINDS; i++)
    gst_clear_object (&elements[i]);
  return fine;
}

void
gst_livekit_bin_set_uri_property (GstLivekitBin *self, const gchar *text)
{
  GError *error = NULL;

  if (!text || !*text) {
    set_problem (self, NULL);
    return;
  }
  if (take_uri (self, text, &error))
    return;
  GST_WARNING_OBJECT (self, "uri not taken: %s", error->message);
  if (!g_error_matches (error, GST_URI_ERROR, GST_URI_ERROR_BAD_STATE))
    set_problem (self, error->message);
  g_error_free (error);
}

static gboolean
has_key (GPtrArray *query, const gchar *key)
{
  guint i;

  for (i = 0; i < query->len; i += 2) {
    if (g_str_equal (g_ptr_array_index (query, i), key))
      return TRUE;
  }
  return FALSE;
}

/* What the address of a part has and that of the other has not. */
static gboolean
collect (GstElement *element, GPtrArray *query, GstLivekitAddress *address)
{
  gchar *text = gst_livekit_base_src_dup_uri (GST_LIVEKIT_BASE_SRC (element));
  gboolean fine;
  gchar **pair;

  gst_livekit_address_clear (address);
  fine = text && gst_livekit_address_parse (text, address, NULL);
  g_free (text);
  if (!fine)
    return FALSE;
  for (pair = address->query; *pair; pair += 2) {
    if (has_key (query, pair[0]))
      continue;
    g_ptr_array_add (query, g_strdup (pair[0]));
    g_ptr_array_add (query, g_strdup (pair[1]));
  }
  return TRUE;
}

gchar *
gst_livekit_bin_dup_uri (GstLivekitBin *self)
{
  GPtrArray *query = g_ptr_array_new ();
  GstLivekitAddress address = { NULL };
  guint i, kinds = 0;
  gboolean fine = TRUE;
  gchar *text = NULL;

  for (i = 0; i < GST_LIVEKIT_KINDS; i++) {
    if (!self->parts[i].element)
      continue;
    kinds |= 1u << i;
    fine = fine && collect (self->parts[i].element, query, &address);
  }
  for (i = 0; i < GST_LIVEKIT_KINDS; i++) {
    if (kinds == 1u << i) {
      g_ptr_array_add (query, g_strdup ("kind"));
      g_ptr_array_add (query, g_strdup (names[i]));
    }
  }
  g_ptr_array_add (query, NULL);
  g_strfreev (address.query);
  address.query = (gchar **) g_ptr_array_free (query, FALSE);
  if (kinds && fine)
    text = gst_livekit_address_format (&address);
  gst_livekit_address_clear (&address);
  return text;
}

static gboolean
set_uri (GstURIHandler *handler, const gchar *text, GError **error)
{
  return take_uri ((GstLivekitBin *) handler, text, error);
}

static gchar *
get_uri (GstURIHandler *handler)
{
  return gst_livekit_bin_dup_uri ((GstLivekitBin *) handler);
}

static GstURIType
get_uri_type (GType type)
{
  return GST_URI_SRC;
}

static const gchar *const *
get_protocols (GType type)
{
  return gst_livekit_address_protocols ();
}

void
gst_livekit_bin_uri_handler_init (gpointer data, gpointer unused)
{
  GstURIHandlerInterface *iface = data;

  iface->get_type = get_uri_type;
  iface->get_protocols = get_protocols;
  iface->get_uri = get_uri;
  iface->set_uri = set_uri;
}
