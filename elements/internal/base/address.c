/* Addresses as text:
 *
 *   livekit://host[:port][/path]/room[?key=value[&key=value...]]
 *
 * is room at the server wss://host[:port][/path], and livekit+ws:// the same at ws://. The
 * last segment of the path is the room. %xx is understood everywhere, and + is a plus. */
#include "address.h"

#include <gst/gst.h>
#include <string.h>

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

gboolean
gst_livekit_address_refuse (GError **error, const char *format, ...)
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

/* What is behind the question mark, as keys and values by turns. */
static gchar **
parse_query (const gchar *query, GError **error)
{
  GPtrArray *texts = g_ptr_array_new_with_free_func (g_free);
  GUriParamsIter iter;
  GError *problem = NULL;
  gchar *key, *value;

  g_uri_params_iter_init (&iter, query ? query : "", -1, "&", G_URI_PARAMS_NONE);
  while (g_uri_params_iter_next (&iter, &key, &value, &problem)) {
    g_ptr_array_add (texts, key);
    g_ptr_array_add (texts, value);
  }
  if (problem) {
    /* Its message repeats the query, which may hold a token. */
    g_error_free (problem);
    g_ptr_array_unref (texts);
    gst_livekit_address_refuse (error,
        "has a query that is not key=value&key=value with %%xx for odd characters");
    return NULL;
  }
  g_ptr_array_add (texts, NULL);
  return (gchar **) g_ptr_array_free (texts, FALSE);
}

/* The server and the room. */
static gboolean
parse_place (GUri *uri, const char *scheme, GstLivekitAddress *address, GError **error)
{
  const gchar *path = g_uri_get_path (uri), *slash = strrchr (path, '/');
  gchar *prefix;

  address->room = slash ? g_uri_unescape_string (slash + 1, NULL) : NULL;
  if (!address->room || !*address->room)
    return gst_livekit_address_refuse (error,
        "names no room: write it behind the server, as in " EXAMPLE);
  prefix = g_strndup (path, slash - path);
  address->url = g_uri_join (PARSE_FLAGS, scheme, NULL, g_uri_get_host (uri), g_uri_get_port (uri),
      prefix, NULL, NULL);
  g_free (prefix);
  return TRUE;
}

static gboolean
check_parts (GUri *uri, GError **error)
{
  const gchar *host = g_uri_get_host (uri);

  if (g_uri_get_userinfo (uri))
    return gst_livekit_address_refuse (error,
        "has a user name before its server: a token goes behind it, as in "
        "" EXAMPLE "?token=...");
  if (!host || !*host)
    return gst_livekit_address_refuse (error, "names no server: write it as in " EXAMPLE);
  if (g_uri_get_port (uri) == 0)
    return gst_livekit_address_refuse (error, "has a port that is not a number from 1 to 65535");
  if (g_uri_get_fragment (uri))
    return gst_livekit_address_refuse (error,
        "has a part behind #, which means nothing here: write %%23 for a #");
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
      gst_livekit_address_refuse (error, "has a port that is not a number from 1 to 65535");
      break;
    case G_URI_ERROR_BAD_HOST:
      gst_livekit_address_refuse (error,
          "has a server that is no host name and no IP address (IPv6 is in brackets)");
      break;
    default:
      gst_livekit_address_refuse (error,
          "cannot be read: write it as in " EXAMPLE ", with %%xx for odd characters");
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

gboolean
gst_livekit_address_parse (const gchar *text, GstLivekitAddress *address, GError **error)
{
  const char *scheme = scheme_of (text);
  gboolean fine;
  GUri *uri;

  memset (address, 0, sizeof *address);
  if (!scheme) {
    g_set_error (error, GST_URI_ERROR, GST_URI_ERROR_UNSUPPORTED_PROTOCOL,
        "a LiveKit address begins with livekit:// or livekit+ws://");
    return FALSE;
  }
  uri = split (text, error);
  if (!uri)
    return FALSE;
  fine = check_parts (uri, error) && parse_place (uri, scheme, address, error) &&
      (address->query = parse_query (g_uri_get_query (uri), error));
  g_uri_unref (uri);
  if (!fine)
    gst_livekit_address_clear (address);
  return fine;
}

void
gst_livekit_address_clear (GstLivekitAddress *address)
{
  g_free (address->url);
  g_free (address->room);
  g_strfreev (address->query);
  memset (address, 0, sizeof *address);
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
format_query (gchar **query)
{
  GString *text = g_string_new (NULL);

  for (; *query; query += 2) {
    gchar *value = g_uri_escape_string (query[1], NULL, FALSE);

    g_string_append_printf (text, "%s%s=%s", text->len ? "&" : "", query[0], value);
    g_free (value);
  }
  return g_string_free (text, text->len == 0);
}

static gchar *
format (GUri *server, const GstLivekitAddress *address)
{
  const char *protocol = protocol_of (g_uri_get_scheme (server));
  const gchar *prefix = g_uri_get_path (server);
  gchar *room, *path, *query, *text;
  const gchar *host = g_uri_get_host (server);
  gsize length = strlen (prefix);

  if (!protocol || !host || !*host || g_uri_get_userinfo (server))
    return NULL;
  while (length > 0 && prefix[length - 1] == '/')
    length--;
  room = g_uri_escape_string (address->room, NULL, FALSE);
  path = g_strdup_printf ("%.*s/%s", (int) length, prefix, room);
  query = format_query (address->query);
  text = g_uri_join (PARSE_FLAGS, protocol, NULL, host, g_uri_get_port (server), path, query, NULL);
  g_free (query);
  g_free (path);
  g_free (room);
  return text;
}

gchar *
gst_livekit_address_format (const GstLivekitAddress *address)
{
  GUri *server =
      address->url && address->room ? g_uri_parse (address->url, PARSE_FLAGS, NULL) : NULL;
  gchar *text = server ? format (server, address) : NULL;

  g_clear_pointer (&server, g_uri_unref);
  return text;
}

const gchar *const *
gst_livekit_address_protocols (void)
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
