/* What every LiveKit source element has: an abstract class. An element derives its own
 * from it, in a package of its own, and says in its class_init what is particular.
 *
 * The functions below are in this package's object files. An element's package is linked
 * with them at the end, when the program or the plugin is: docs/adr/0021.
 */
#ifndef GST_LIVEKIT_BASE_SRC_H
#define GST_LIVEKIT_BASE_SRC_H

#include <gst/gst.h>
#include <stdint.h>

G_BEGIN_DECLS

/* The server that is meant where neither a property nor LIVEKIT_URL says one. */
#define GST_LIVEKIT_DEFAULT_URL "ws://127.0.0.1:7880"

typedef struct {
  gint numerator;
  gint denominator;
} GstLivekitFraction;

/* The user's wishes, for any medium. An element's own struct of them begins with this
 * one. Strings are NULL when not set. */
typedef struct {
  gchar *url;
  gchar *token;
  gchar *api_key;
  gchar *api_secret;
  gchar *room;
  gchar *identity;
  gchar *participant;
  gchar *track_name;
  gchar *track_sid;
  gchar *e2ee_key;
  gint e2ee_policy;           /* GstLivekitE2eePolicy */
  gint ice_transport_policy;  /* GstLivekitIceTransportPolicy */
  gint track_source;          /* LiveKit's TrackSource, 0 = any */
  gint format;                /* of the element's own, -1 = what downstream asks for */
  gint latency;               /* ms, -1 = adaptive */
  guint connect_timeout;      /* ms */
  guint track_timeout;        /* ms, 0 = wait */
  gint on_track_lost;         /* GstLivekitOnTrackLost */
  gboolean on_track_lost_set; /* the user chose on-track-lost */
  gint sync;                  /* GstLivekitSync */
  gboolean shared;
  gboolean hidden;
} GstLivekitSettings;

typedef enum {
  GST_LIVEKIT_ROW_COMMON, /* the one of this name that all elements have, with this blurb if any */
  GST_LIVEKIT_ROW_STRING,
  GST_LIVEKIT_ROW_INT,
  GST_LIVEKIT_ROW_UINT,
  GST_LIVEKIT_ROW_INT64,
  GST_LIVEKIT_ROW_UINT64,
  GST_LIVEKIT_ROW_ENUM,
  GST_LIVEKIT_ROW_BOOLEAN,
  GST_LIVEKIT_ROW_FRACTION,
} GstLivekitRowType;

/* A property that is a setting. */
typedef struct {
  const char *name;
  GstLivekitRowType type;
  gsize offset;            /* of the value in the element's settings */
  gboolean write_only;     /* secrets */
  gboolean any_state;      /* takes effect at once, else at the next start */
  gboolean chooses;        /* tells the run of it, as a choice of the track or of how it is wanted;
                              implies any_state */
  const char *environment; /* of a string: where its default comes from */
  const char *text;        /* of a string: its default without the environment */
  gint64 number, min, max; /* of all others: default and range */
  const char *enumeration; /* of an enum: the name of its type, and its values */
  const GEnumValue *values;
  const char *blurb;
} GstLivekitRow;

#define GST_TYPE_LIVEKIT_BASE_SRC (gst_livekit_base_src_get_type ())
#define GST_LIVEKIT_BASE_SRC(object)                                                               \
  (G_TYPE_CHECK_INSTANCE_CAST ((object), GST_TYPE_LIVEKIT_BASE_SRC, GstLivekitBaseSrc))
#define GST_LIVEKIT_BASE_SRC_GET_CLASS(object)                                                     \
  (G_TYPE_INSTANCE_GET_CLASS ((object), GST_TYPE_LIVEKIT_BASE_SRC, GstLivekitBaseSrcClass))

typedef struct _GstLivekitBaseSrcPrivate GstLivekitBaseSrcPrivate;

typedef struct {
  GstBin parent;

  GstPad *srcpad; /* always there; a ghost pad without target until a chain exists */
  GstLivekitBaseSrcPrivate *priv;
} GstLivekitBaseSrc;

/* An element sets all of this in its class_init, and adds the template of the pad "src". */
typedef struct {
  GstBinClass parent;

  GstDebugCategory *category;
  const char *raw; /* the media type of what is decoded, such as video/x-raw */

  /* Whether an event that comes upstream before there is a chain needs nothing to be
   * done. NULL is never. */
  gboolean (*is_idle_event) (GstEvent *event);

  /* By gst_livekit_base_src_class_install_rows. */
  GstLivekitRow *rows;
  guint n_rows;
  gsize settings_size;
} GstLivekitBaseSrcClass;

GType gst_livekit_base_src_get_type (void);

/* Installs the properties of the element, in the order of its rows. The
 * settings have the size of the element's own struct. */
void gst_livekit_base_src_class_install_rows (GstLivekitBaseSrcClass *klass,
    const GstLivekitRow *rows, guint n_rows, gsize settings_size);

/* Asks the publisher for a key frame, if there is one. */
void gst_livekit_base_src_request_key_frame (GstLivekitBaseSrc *self);

/* For G_IMPLEMENT_INTERFACE with GST_TYPE_URI_HANDLER. Every element has the property uri, but
 * only one of all should be what programs find for an address. */
void gst_livekit_base_src_uri_handler_init (gpointer iface, gpointer data);

/* The address of an element, for one that consists of several. Dup returns NULL if it has none.
 * Takes says whether an address of an element of this class can have a pair in its query. */
gboolean gst_livekit_base_src_take_uri (GstLivekitBaseSrc *self, const gchar *text, GError **error);
gchar *gst_livekit_base_src_dup_uri (GstLivekitBaseSrc *self);
gboolean gst_livekit_base_src_takes (GObjectClass *klass, const gchar *key, const gchar *text,
    GError **error);

/* Whether this process was forked after an element was registered. No function of Go may be
 * called then, as it would never return. */
gboolean gst_livekit_base_src_is_forked (void);

/* Registers an element: with the plugin that is being loaded, or with one of the name
 * plugin, which the second of these makes for an element that a program links. */
gboolean gst_livekit_base_src_register (GstPlugin *plugin, const char *name, guint rank,
    GType (*get_type) (void));
gboolean gst_livekit_base_src_register_static (const char *plugin, GstPluginInitFunc registers);

G_END_DECLS

#endif
