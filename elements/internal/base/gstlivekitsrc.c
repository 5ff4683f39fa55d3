/* The class: life, states, and events sent to the element. */
#include "gstlivekitsrc.h"

#include "_cgo_export.h"

#define GST_CAT_DEFAULT gst_livekit_src_debug
GST_DEBUG_CATEGORY (gst_livekit_src_debug);

G_DEFINE_FINAL_TYPE_WITH_CODE (GstLivekitSrc, gst_livekit_src, GST_TYPE_BIN,
    G_IMPLEMENT_INTERFACE (GST_TYPE_URI_HANDLER, gst_livekit_src_uri_handler_init))

/* An address that was refused must not be played as if it had not been set. */
static gboolean
check_uri (GstLivekitSrc *self)
{
  gchar *problem;

  GST_OBJECT_LOCK (self);
  problem = g_strdup (self->uri_problem);
  GST_OBJECT_UNLOCK (self);
  if (!problem)
    return TRUE;
  gst_livekit_src_post_error (self, GST_LIVEKIT_FAILURE_SETTINGS, problem, NULL);
  g_free (problem);
  return FALSE;
}

static gboolean
start_run (GstLivekitSrc *self)
{
  GstLivekitSrcSettings settings;
  uintptr_t run;

  if (!check_uri (self))
    return FALSE;
  gst_livekit_src_settings_copy (self, &settings);
  run = livekitSrcRunStart (self, &settings);
  gst_livekit_src_settings_clear (&settings);
  if (!run)
    return FALSE;
  gst_livekit_src_set_run (self, run);
  return TRUE;
}

static void
set_playing (GstLivekitSrc *self, gboolean playing)
{
  uintptr_t run = gst_livekit_src_peek_run (self);

  if (run)
    livekitSrcRunSetPlaying (run, playing);
}

static GstStateChangeReturn
gst_livekit_src_change_state (GstElement *element, GstStateChange transition)
{
  GstLivekitSrc *self = GST_LIVEKIT_SRC (element);
  GstStateChangeReturn ret;

  if (gst_livekit_src_is_forked () &&
      GST_STATE_TRANSITION_NEXT (transition) > GST_STATE_TRANSITION_CURRENT (transition)) {
    gst_livekit_src_refuse_fork (self);
    return GST_STATE_CHANGE_FAILURE;
  }
  switch (transition) {
    case GST_STATE_CHANGE_READY_TO_PAUSED:
      if (!start_run (self))
        return GST_STATE_CHANGE_FAILURE;
      break;
    case GST_STATE_CHANGE_PLAYING_TO_PAUSED:
      set_playing (self, FALSE);
      break;
    case GST_STATE_CHANGE_PAUSED_TO_READY:
      /* What waits at a blocked pad goes on when the pad is not active any more. */
      gst_pad_set_active (self->srcpad, FALSE);
      gst_livekit_src_stop_run (self);
      break;
    default:
      break;
  }

  ret = GST_ELEMENT_CLASS (gst_livekit_src_parent_class)->change_state (element, transition);
  if (ret == GST_STATE_CHANGE_FAILURE) {
    if (transition == GST_STATE_CHANGE_READY_TO_PAUSED)
      gst_livekit_src_stop_run (self);
    return ret;
  }

  switch (transition) {
    case GST_STATE_CHANGE_READY_TO_PAUSED:
    case GST_STATE_CHANGE_PLAYING_TO_PAUSED:
      return GST_STATE_CHANGE_NO_PREROLL;
    case GST_STATE_CHANGE_PAUSED_TO_PLAYING:
      /* Only now have all children their clock and base time. */
      set_playing (self, TRUE);
      break;
    default:
      break;
  }
  return ret;
}

/* EOS may come at any moment, also before a track exists and with the state lock
 * held by the caller: the run ends the stream from a thread of its own. */
static gboolean
gst_livekit_src_send_event (GstElement *element, GstEvent *event)
{
  GstLivekitSrc *self = GST_LIVEKIT_SRC (element);
  uintptr_t run;

  if (GST_EVENT_TYPE (event) != GST_EVENT_EOS)
    return GST_ELEMENT_CLASS (gst_livekit_src_parent_class)->send_event (element, event);

  gst_event_unref (event);
  run = gst_livekit_src_peek_run (self);
  if (run)
    livekitSrcRunEnd (run);
  return run != 0;
}

/* The bin has no sinks of its own to ask; the pad knows. */
static gboolean
gst_livekit_src_query (GstElement *element, GstQuery *query)
{
  return gst_pad_query (GST_LIVEKIT_SRC (element)->srcpad, query);
}

static void
gst_livekit_src_finalize (GObject *object)
{
  GstLivekitSrc *self = GST_LIVEKIT_SRC (object);

  gst_livekit_src_settings_clear (&self->settings);
  gst_livekit_src_state_clear (&self->state);
  g_free (self->uri_problem);
  g_mutex_clear (&self->run_lock);
  G_OBJECT_CLASS (gst_livekit_src_parent_class)->finalize (object);
}

static void
gst_livekit_src_class_init (GstLivekitSrcClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  object_class->finalize = gst_livekit_src_finalize;
  gst_livekit_src_install_properties (object_class);
  gst_livekit_src_install_uri (object_class);
  gst_livekit_src_install_state (object_class);
  gst_livekit_src_install_signals (object_class);

  element_class->change_state = gst_livekit_src_change_state;
  element_class->send_event = gst_livekit_src_send_event;
  element_class->query = gst_livekit_src_query;
  gst_livekit_src_add_pad_template (element_class);
  gst_element_class_set_static_metadata (element_class, "LiveKit source", "Source/Network/Video",
      "Receives one video track from a LiveKit room",
      "The gst-livekit authors <https://github.com/gst-livekit/gst-livekit>");
}

static void
gst_livekit_src_init (GstLivekitSrc *self)
{
  g_mutex_init (&self->run_lock);
  gst_livekit_src_settings_init (&self->settings);
  gst_livekit_src_state_init (&self->state);

  /* A source from the start, not only once it has children. */
  gst_bin_set_suppressed_flags (GST_BIN (self), GST_ELEMENT_FLAG_SOURCE | GST_ELEMENT_FLAG_SINK);
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SOURCE);

  self->srcpad = gst_livekit_src_pad_new (GST_ELEMENT_GET_CLASS (self));
  gst_element_add_pad (GST_ELEMENT (self), self->srcpad);
}
