/* A process that was forked has none of the threads of the one it came from, and Go's
 * runtime cannot do without its own: a call of Go in it would never return. */
#include "private.h"

#include <pthread.h>

static gint forked;

static void
on_forked (void)
{
  g_atomic_int_set (&forked, TRUE);
}

void
gst_livekit_base_src_watch_forks (void)
{
  static gsize once;

  if (g_once_init_enter (&once)) {
    pthread_atfork (NULL, NULL, on_forked);
    g_once_init_leave (&once, 1);
  }
}

gboolean
gst_livekit_base_src_is_forked (void)
{
  return g_atomic_int_get (&forked);
}

void
gst_livekit_base_src_refuse_fork (GstLivekitBaseSrc *self)
{
  GST_ELEMENT_ERROR (self, LIBRARY, INIT,
      ("this process was forked from one that had loaded the LiveKit plugin, which works only in "
       "the process that loaded it: spawn, do not fork (in Python, "
       "multiprocessing.set_start_method(\"spawn\"))"),
      (NULL));
}
