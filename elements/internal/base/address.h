/* Addresses as text, which know nothing of an element. */
#ifndef GST_LIVEKIT_ADDRESS_H
#define GST_LIVEKIT_ADDRESS_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  gchar *url; /* of the server */
  gchar *room;
  gchar **query; /* keys and values by turns, then NULL */
} GstLivekitAddress;

/* Takes an address apart. It is cleared by the caller, unless it was refused. */
gboolean gst_livekit_address_parse (const gchar *text, GstLivekitAddress *address, GError **error);
void gst_livekit_address_clear (GstLivekitAddress *address);

/* The text of an address, or NULL if there is none: without server or room, or with a
 * server that no address can name. The caller frees. */
gchar *gst_livekit_address_format (const GstLivekitAddress *address);

/* Sets an error that says what is wrong with an address, and returns FALSE. */
gboolean gst_livekit_address_refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* What addresses begin with, for GStreamer. */
const gchar *const *gst_livekit_address_protocols (void);

G_END_DECLS

#endif
