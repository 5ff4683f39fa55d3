/* What the files of the element share.
 *
 * A file calls only files on the lines below its own, which internal/rules checks:
 *
 *   register.c
 *   gstlivekitsrc.c
 *   signals.c
 *   properties.c
 *   srcpad.c, state.c, uri.c
 *   run.c
 *   fork.c
 *   messages.c, structure.c
 */
#ifndef GST_LIVEKIT_SRC_H
#define GST_LIVEKIT_SRC_H

#include "border.h"

G_BEGIN_DECLS

#define GST_TYPE_LIVEKIT_SRC (gst_livekit_src_get_type ())
G_DECLARE_FINAL_TYPE (GstLivekitSrc, gst_livekit_src, GST, LIVEKIT_SRC, GstBin)

/* What the application can read about the run. */
typedef struct {
  GstLivekitConnectionState connection;
  GstStructure *participant_info; /* never NULL */
  GstStructure *track_info;       /* never NULL */
} GstLivekitSrcState;

/* Lock order: run_lock, then the object lock. Neither is held across a call of Go or
 * one that can block, post a message or come back into the element. */
struct _GstLivekitSrc {
  GstBin parent;

  GstPad *srcpad; /* always there; a ghost pad without target until a chain exists */
  GstLivekitSrcSettings settings; /* guarded by the object lock */
  GstLivekitSrcState state;       /* guarded by the object lock */
  gchar *uri_problem;             /* likewise: why the uri property was refused, or NULL */
  GMutex run_lock;                /* guards run */
  uintptr_t run;                  /* cgo.Handle of the run, 0 = none */
};

/* Properties that are no settings are numbered from here on. */
enum {
  GST_LIVEKIT_SRC_PROP_URI = 1000,
  GST_LIVEKIT_SRC_PROP_CONNECTION_STATE,
  GST_LIVEKIT_SRC_PROP_PARTICIPANT_INFO,
  GST_LIVEKIT_SRC_PROP_TRACK_INFO,
  GST_LIVEKIT_SRC_PROP_STATS,
};

/* properties.c */
void gst_livekit_src_install_properties (GObjectClass *klass);
void gst_livekit_src_settings_init (GstLivekitSrcSettings *settings);
void gst_livekit_src_settings_copy (GstLivekitSrc *self, GstLivekitSrcSettings *copy);
void gst_livekit_src_settings_clear (GstLivekitSrcSettings *settings);

/* Selects by these two at once; NULL or empty is any. */
void gst_livekit_src_select (GstLivekitSrc *self, const char *participant, const char *track_sid);

/* state.c */
void gst_livekit_src_install_state (GObjectClass *klass);
void gst_livekit_src_state_init (GstLivekitSrcState *state);
void gst_livekit_src_state_clear (GstLivekitSrcState *state);
void gst_livekit_src_get_state (GstLivekitSrc *self, guint id, GValue *value);

/* uri.c */
void gst_livekit_src_install_uri (GObjectClass *klass);
void gst_livekit_src_uri_handler_init (gpointer iface, gpointer data);
void gst_livekit_src_set_uri_property (GstLivekitSrc *self, const gchar *uri);
gchar *gst_livekit_src_dup_uri (GstLivekitSrc *self);

/* signals.c */
void gst_livekit_src_install_signals (GObjectClass *klass);

/* run.c: the run's handle, 0 = none, or none that this process may call. It may be stale
 * by the time it is used, which the livekitSrcRun... functions notice. */
uintptr_t gst_livekit_src_peek_run (GstLivekitSrc *self);
void gst_livekit_src_set_run (GstLivekitSrc *self, uintptr_t run);
void gst_livekit_src_stop_run (GstLivekitSrc *self);

/* srcpad.c */
GstPad *gst_livekit_src_pad_new (GstElementClass *klass);
void gst_livekit_src_add_pad_template (GstElementClass *klass);

/* fork.c: whether this process was forked after the element was registered. No
 * livekitSrc... function may be called then, as it would never return. */
void gst_livekit_src_watch_forks (void);
gboolean gst_livekit_src_is_forked (void);
void gst_livekit_src_refuse_fork (GstLivekitSrc *self);

GST_DEBUG_CATEGORY_EXTERN (gst_livekit_src_debug);

G_END_DECLS

#endif
