/* The handle of the run, which other threads may use while the element stops. */
#include "gstlivekitsrc.h"

#include "_cgo_export.h"

uintptr_t
gst_livekit_src_peek_run (GstLivekitSrc *self)
{
  uintptr_t run;

  if (gst_livekit_src_is_forked ())
    return 0; /* and the lock may be one that no thread of this process holds */
  g_mutex_lock (&self->run_lock);
  run = self->run;
  g_mutex_unlock (&self->run_lock);
  return run;
}

void
gst_livekit_src_set_run (GstLivekitSrc *self, uintptr_t run)
{
  g_mutex_lock (&self->run_lock);
  self->run = run;
  g_mutex_unlock (&self->run_lock);
}

void
gst_livekit_src_stop_run (GstLivekitSrc *self)
{
  uintptr_t run;

  if (gst_livekit_src_is_forked ())
    return;
  g_mutex_lock (&self->run_lock);
  run = self->run;
  self->run = 0;
  g_mutex_unlock (&self->run_lock);
  if (run)
    livekitSrcRunStop (run);
}
