/* The class: life, states, and events sent to the element. */
#include "private.h"

#include "_cgo_export.h"

#define GST_CAT_DEFAULT gst_livekit_base_src_debug
GST_DEBUG_CATEGORY (gst_livekit_base_src_debug);

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (GstLivekitBaseSrc, gst_livekit_base_src, GST_TYPE_BIN)

/* An address that was refused must not be played as if it had not been set. */
static gboolean
check_uri (GstLivekitBaseSrc *self)
{
  gchar *problem;

  GST_OBJECT_LOCK (self);
  problem = g_strdup (self->priv->uri_problem);
  GST_OBJECT_UNLOCK (self);
  if (!problem)
    return TRUE;
  gst_livekit_base_src_post_error (self, GST_LIVEKIT_FAILURE_SETTINGS, problem, NULL);
  g_free (problem);
  return FALSE;
}

static gboolean
start_run (GstLivekitBaseSrc *self)
{
  GstLivekitSettings *settings;
  uintptr_t run;

  if (!check_uri (self))
    return FALSE;
  settings = gst_livekit_base_src_settings_copy (self);
  run = livekitBaseRunStart (self, (char *) G_OBJECT_TYPE_NAME (self), settings);
  if (run) {
    gst_livekit_base_src_set_run (self, run);
    gst_livekit_base_src_catch_up (self, settings);
  }
  gst_livekit_base_src_settings_free (self, settings);
  return run != 0;
}

static void
set_playing (GstLivekitBaseSrc *self, gboolean playing)
{
  uintptr_t run = gst_livekit_base_src_peek_run (self);

  if (run)
    livekitBaseRunSetPlaying (run, playing);
}

static GstStateChangeReturn
gst_livekit_base_src_change_state (GstElement *element, GstStateChange transition)
{
  GstLivekitBaseSrc *self = GST_LIVEKIT_BASE_SRC (element);
  GstStateChangeReturn ret;

  if (gst_livekit_base_src_is_forked () &&
      GST_STATE_TRANSITION_NEXT (transition) > GST_STATE_TRANSITION_CURRENT (transition)) {
    gst_livekit_base_src_refuse_fork (self);
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
      gst_livekit_base_src_stop_run (self);
      break;
    default:
      break;
  }

  ret = GST_ELEMENT_CLASS (gst_livekit_base_src_parent_class)->change_state (element, transition);
  if (ret == GST_STATE_CHANGE_FAILURE) {
    if (transition == GST_STATE_CHANGE_READY_TO_PAUSED)
      gst_livekit_base_src_stop_run (self);
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
gst_livekit_base_src_send_event (GstElement *element, GstEvent *event)
{
  GstLivekitBaseSrc *self = GST_LIVEKIT_BASE_SRC (element);
  uintptr_t run;

  if (GST_EVENT_TYPE (event) != GST_EVENT_EOS)
    return GST_ELEMENT_CLASS (gst_livekit_base_src_parent_class)->send_event (element, event);

  gst_event_unref (event);
  run = gst_livekit_base_src_peek_run (self);
  if (run)
    livekitBaseRunEnd (run);
  return run != 0;
}

/* The bin has no sinks of its own to ask; the pad knows. */
static gboolean
gst_livekit_base_src_query (GstElement *element, GstQuery *query)
{
  return gst_pad_query (GST_LIVEKIT_BASE_SRC (element)->srcpad, query);
}

/* Only now is the class the element's own. */
static void
gst_livekit_base_src_constructed (GObject *object)
{
  GstLivekitBaseSrc *self = GST_LIVEKIT_BASE_SRC (object);

  G_OBJECT_CLASS (gst_livekit_base_src_parent_class)->constructed (object);
  self->priv->settings = gst_livekit_base_src_settings_new (GST_LIVEKIT_BASE_SRC_GET_CLASS (self));
  self->srcpad = gst_livekit_base_src_pad_new (GST_ELEMENT_GET_CLASS (self));
  gst_element_add_pad (GST_ELEMENT (self), self->srcpad);
}

static void
gst_livekit_base_src_finalize (GObject *object)
{
  GstLivekitBaseSrc *self = GST_LIVEKIT_BASE_SRC (object);

  gst_livekit_base_src_settings_free (self, self->priv->settings);
  gst_livekit_base_src_state_clear (&self->priv->state);
  g_free (self->priv->uri_problem);
  g_mutex_clear (&self->priv->run_lock);
  G_OBJECT_CLASS (gst_livekit_base_src_parent_class)->finalize (object);
}

static void
gst_livekit_base_src_class_init (GstLivekitBaseSrcClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  object_class->constructed = gst_livekit_base_src_constructed;
  object_class->finalize = gst_livekit_base_src_finalize;
  gst_livekit_base_src_handle_properties (object_class);
  gst_livekit_base_src_install_uri (object_class);
  gst_livekit_base_src_install_messages (object_class);
  /* Sets the properties participant and track-sid, NULL or empty = any, as one
   * change; what they say is received from then on, video from its next key frame. */
  g_signal_new_class_handler ("select", GST_TYPE_LIVEKIT_BASE_SRC,
      G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (gst_livekit_base_src_select), NULL, NULL,
      NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);

  element_class->change_state = gst_livekit_base_src_change_state;
  element_class->send_event = gst_livekit_base_src_send_event;
  element_class->query = gst_livekit_base_src_query;
  gst_type_mark_as_plugin_api (GST_TYPE_LIVEKIT_BASE_SRC, 0);
}

static void
gst_livekit_base_src_init (GstLivekitBaseSrc *self)
{
  self->priv = gst_livekit_base_src_get_instance_private (self);
  g_mutex_init (&self->priv->run_lock);
  gst_livekit_base_src_state_init (&self->priv->state);
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SOURCE);
}
