#ifndef GST_LIVEKIT_SRC_H
#define GST_LIVEKIT_SRC_H

#include "border.h"

G_BEGIN_DECLS

#define GST_TYPE_LIVEKIT_SRC (gst_livekit_src_get_type ())
G_DECLARE_FINAL_TYPE (GstLivekitSrc, gst_livekit_src, GST, LIVEKIT_SRC, GstBin)

/* Lock order: run_lock, then the object lock. Neither is held across a call that
 * can block, post a message or come back into the element. */
struct _GstLivekitSrc {
  GstBin parent;

  GstPad *srcpad; /* always there; a ghost pad without target until a chain exists */
  GstLivekitSrcSettings settings; /* guarded by the object lock */
  GMutex run_lock;                /* guards run */
  uintptr_t run;                  /* cgo.Handle of the run, 0 = none */
};

/* properties.c */
void gst_livekit_src_install_properties (GObjectClass *klass);
void gst_livekit_src_settings_init (GstLivekitSrcSettings *settings);
void gst_livekit_src_settings_copy (GstLivekitSrc *self, GstLivekitSrcSettings *copy);
void gst_livekit_src_settings_clear (GstLivekitSrcSettings *settings);

/* Selects by these two at once; NULL or empty is any. */
void gst_livekit_src_select (GstLivekitSrc *self, const char *participant, const char *track_sid);

/* srcpad.c */
GstPad *gst_livekit_src_pad_new (GstElementClass *klass);
void gst_livekit_src_add_pad_template (GstElementClass *klass);

/* demand.c: tells the run when downstream wants something else */
void gst_livekit_src_watch_demand (GstPad *pad);

/* Calls a livekitSrcRun... function of the current run, if there is one. */
#define GST_LIVEKIT_SRC_WITH_RUN(self, call)                                                       \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_mutex_lock (&(self)->run_lock);                                                              \
    if ((self)->run)                                                                               \
      call;                                                                                        \
    g_mutex_unlock (&(self)->run_lock);                                                            \
  }                                                                                                \
  G_STMT_END

GST_DEBUG_CATEGORY_EXTERN (gst_livekit_src_debug);

G_END_DECLS

#endif
