/* What the files of the class share.
 *
 * A file calls only files on the lines below its own, which internal/rules checks:
 *
 *   register.c
 *   gstlivekitbasesrc.c
 *   properties.c
 *   messages.c, srcpad.c, uri.c
 *   run.c
 *   fork.c
 *   address.c, log.c, rows.c
 */
#ifndef GST_LIVEKIT_BASE_PRIVATE_H
#define GST_LIVEKIT_BASE_PRIVATE_H

#include "border.h"

G_BEGIN_DECLS

/* What the application can read about the run. */
typedef struct {
  GstLivekitConnectionState connection;
  GstStructure *participant_info; /* never NULL */
  GstStructure *track_info;       /* never NULL */
} GstLivekitBaseSrcState;

/* Lock order: run_lock, then the object lock. Neither is held across a call of Go or
 * one that can block, post a message or come back into the element. */
struct _GstLivekitBaseSrcPrivate {
  GstLivekitSettings *settings; /* guarded by the object lock */
  GstLivekitBaseSrcState state; /* guarded by the object lock */
  gchar *uri_problem;           /* likewise: why the uri property was refused, or NULL */
  GMutex run_lock;              /* guards run */
  uintptr_t run;                /* cgo.Handle of the run, 0 = none */
};

/* Properties that are no settings are numbered from here on. */
enum {
  GST_LIVEKIT_BASE_SRC_PROP_URI = 1000,
  GST_LIVEKIT_BASE_SRC_PROP_CONNECTION_STATE,
  GST_LIVEKIT_BASE_SRC_PROP_PARTICIPANT_INFO,
  GST_LIVEKIT_BASE_SRC_PROP_TRACK_INFO,
  GST_LIVEKIT_BASE_SRC_PROP_STATS,
};

/* rows.c: the row of a name that all elements have, and whether a property is of a row. */
const GstLivekitRow *gst_livekit_base_src_common_row (const char *name);
gboolean gst_livekit_base_src_is_setting (GParamSpec *spec);

/* The type of an enumeration, which it registers if that was not done. For class_init. */
GType gst_livekit_enumeration (const char *name, const GEnumValue *values);

/* properties.c. A copy of the settings is freed by its owner. */
void gst_livekit_base_src_handle_properties (GObjectClass *klass);
GstLivekitSettings *gst_livekit_base_src_settings_new (GstLivekitBaseSrcClass *klass);
GstLivekitSettings *gst_livekit_base_src_settings_copy (GstLivekitBaseSrc *self);
void gst_livekit_base_src_settings_free (GstLivekitBaseSrc *self, GstLivekitSettings *settings);

/* Tells a run what was set since the settings that it began with were copied: there was no run to tell. */
void gst_livekit_base_src_catch_up (GstLivekitBaseSrc *self, const GstLivekitSettings *begun);

/* Selects by these two at once; NULL or empty is any. */
void gst_livekit_base_src_select (GstLivekitBaseSrc *self, const char *participant,
    const char *track_sid);

/* messages.c */
void gst_livekit_base_src_install_messages (GObjectClass *klass);
void gst_livekit_base_src_state_init (GstLivekitBaseSrcState *state);
void gst_livekit_base_src_state_clear (GstLivekitBaseSrcState *state);
void gst_livekit_base_src_get_state (GstLivekitBaseSrc *self, guint id, GValue *value);

/* uri.c */
void gst_livekit_base_src_install_uri (GObjectClass *klass);
void gst_livekit_base_src_set_uri_property (GstLivekitBaseSrc *self, const gchar *uri);

/* run.c: the run's handle, 0 = none, or none that this process may call. It may be stale
 * by the time it is used, which the livekitBaseRun... functions notice. */
uintptr_t gst_livekit_base_src_peek_run (GstLivekitBaseSrc *self);
void gst_livekit_base_src_set_run (GstLivekitBaseSrc *self, uintptr_t run);
void gst_livekit_base_src_stop_run (GstLivekitBaseSrc *self);

/* srcpad.c */
GstPad *gst_livekit_base_src_pad_new (GstElementClass *klass);

/* fork.c */
void gst_livekit_base_src_watch_forks (void);
void gst_livekit_base_src_refuse_fork (GstLivekitBaseSrc *self);

G_END_DECLS

#endif
