/* The handle of the run, which other threads may use while the element stops. */
#include "private.h"

#include "_cgo_export.h"

uintptr_t
gst_livekit_base_src_peek_run (GstLivekitBaseSrc *self)
{
  uintptr_t run;

  if (gst_livekit_base_src_is_forked ())
    return 0; /* and the lock may be one that no thread of this process holds */
  g_mutex_lock (&self->priv->run_lock);
  run = self->priv->run;
  g_mutex_unlock (&self->priv->run_lock);
  return run;
}

void
gst_livekit_base_src_set_run (GstLivekitBaseSrc *self, uintptr_t run)
{
  g_mutex_lock (&self->priv->run_lock);
  self->priv->run = run;
  g_mutex_unlock (&self->priv->run_lock);
}

void
gst_livekit_base_src_stop_run (GstLivekitBaseSrc *self)
{
  uintptr_t run;

  if (gst_livekit_base_src_is_forked ())
    return;
  g_mutex_lock (&self->priv->run_lock);
  run = self->priv->run;
  self->priv->run = 0;
  g_mutex_unlock (&self->priv->run_lock);
  if (run)
    livekitBaseRunStop (run);
}

void
gst_livekit_base_src_request_key_frame (GstLivekitBaseSrc *self)
{
  uintptr_t run = gst_livekit_base_src_peek_run (self);

  if (run)
    livekitBaseRunRequestKeyFrame (run);
}
