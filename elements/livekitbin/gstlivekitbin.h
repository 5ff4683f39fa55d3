/* The element livekitbin: a livekitsrc and a livekitaudiosrc, whose pads appear when there is
 * something to give.
 *
 * A file calls only files on the lines below its own, which internal/rules checks:
 *
 *   gstlivekitbin.c
 *   uri.c
 *   parts.c
 */
#ifndef GST_LIVEKIT_BIN_H
#define GST_LIVEKIT_BIN_H

#include <gst/gst.h>

G_BEGIN_DECLS

typedef struct _GstLivekitBin GstLivekitBin;

/* One of the two elements, in the order of GstLivekitKind. */
typedef struct {
  GstLivekitBin *bin;  /* the one that this is part of */
  GstElement *element; /* borrowed: a child of the bin, or NULL if its kind is not wanted.
                          Changes in NULL and READY only */

  /* The following are of a run, from READY to PAUSED until back in READY. */
  GstPad *source;      /* owned: the pad of the element */
  GstPad *ghost;       /* owned: the pad of the bin, a child of it once it is shown */
  gulong gate, events; /* the probes on source */

  /* Guarded by the bin's lock. */
  gboolean offered;    /* the room has a track for it, or it has one */
  gboolean announced;  /* the room had a track for it at some time */
  gboolean subscribed; /* it has, or had, a track */
  gboolean shown;      /* its pad was added */
  gboolean ended;      /* it has sent EOS, or failed */
  GstMessage *problem; /* owned: the error it failed with, while nobody was told; or NULL */
} GstLivekitPart;

typedef enum {
  GST_LIVEKIT_KIND_VIDEO,
  GST_LIVEKIT_KIND_AUDIO,
} GstLivekitKind;

#define GST_LIVEKIT_KINDS 2

/* Lock order: showing, then lock, then the object lock. Lock is never held across a call that can
 * block, post a message or come back into the element. */
struct _GstLivekitBin {
  GstBin parent;

  GstLivekitPart parts[GST_LIVEKIT_KINDS];
  gchar *uri_problem; /* guarded by the object lock: why the address was refused, or NULL */
  GMutex showing;     /* held while a pad is added: urisourcebin cannot take two at once */
  GMutex lock;
  guint group;         /* the group id of the run's streams */
  GstClockID patience; /* guarded by lock: the end of the wait for another pad, or NULL */
  gboolean impatient;  /* guarded by lock: it has come */
  gboolean complete;   /* guarded by lock: no-more-pads was emitted */
  gboolean told;       /* guarded by lock: an error was posted */
};

#define GST_TYPE_LIVEKIT_BIN (gst_livekit_bin_get_type ())
GType gst_livekit_bin_get_type (void);

/* parts.c. The names are those of the element that is a part, and of the bin's pads. */
const char *gst_livekit_bin_factory_name (GstLivekitKind kind);
const char *gst_livekit_bin_template_name (GstLivekitKind kind);
void gst_livekit_bin_start_parts (GstLivekitBin *self);
void gst_livekit_bin_stop_parts (GstLivekitBin *self);

/* Looks at a message of a part. Returns FALSE if it is not to be forwarded; then it was taken. */
gboolean gst_livekit_bin_watch_message (GstLivekitBin *self, GstMessage *message);

/* The error that a part failed with and nobody was told, or NULL. The caller's. */
GstMessage *gst_livekit_bin_take_problem (GstLivekitBin *self);

/* uri.c */
void gst_livekit_bin_uri_handler_init (gpointer iface, gpointer data);
void gst_livekit_bin_set_uri_property (GstLivekitBin *self, const gchar *text);
gchar *gst_livekit_bin_dup_uri (GstLivekitBin *self);

/* Registers the element: with the plugin that is being loaded, or as a static plugin of
 * this process. */
gboolean gst_livekit_bin_register (GstPlugin *plugin);
gboolean gst_livekit_bin_register_static (void);

G_END_DECLS

#endif
