/* The signals that every element has. */
#include "private.h"

#include "_cgo_export.h"

enum { TRACK_SUBSCRIBED, TRACK_LOST, SELECT, N_SIGNALS };

static guint signals[N_SIGNALS];

void
gst_livekit_base_src_emit_track (gpointer src, gboolean subscribed, const char *participant,
    const char *sid)
{
  g_signal_emit (src, signals[subscribed ? TRACK_SUBSCRIBED : TRACK_LOST], 0, participant, sid);
}

void
gst_livekit_base_src_request_key_frame (GstLivekitBaseSrc *self)
{
  uintptr_t run = gst_livekit_base_src_peek_run (self);

  if (run)
    livekitBaseRunRequestKeyFrame (run);
}

static guint
track_signal_new (const char *name)
{
  return g_signal_new (name, GST_TYPE_LIVEKIT_BASE_SRC, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
      G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}

void
gst_livekit_base_src_install_signals (GObjectClass *klass)
{
  /* Both with the identity of the participant and the id of the track. */
  signals[TRACK_SUBSCRIBED] = track_signal_new ("track-subscribed");
  signals[TRACK_LOST] = track_signal_new ("track-lost");
  /* Sets the properties participant and track-sid, NULL or empty = any, as one
   * change; what they say is received from its next key frame on. */
  signals[SELECT] = g_signal_new_class_handler ("select", GST_TYPE_LIVEKIT_BASE_SRC,
      G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (gst_livekit_base_src_select), NULL, NULL,
      NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
}
