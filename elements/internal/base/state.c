/* What the application can read about the run, in any state and from any thread. */
#include "private.h"

#include "_cgo_export.h"

static GParamSpec *connection_state_spec, *participant_info_spec, *track_info_spec;

static GType
connection_state_get_type (void)
{
  static const GEnumValue values[] = {
    { GST_LIVEKIT_CONNECTION_NEW, "Has not been started", "new" },
    { GST_LIVEKIT_CONNECTION_CONNECTING, "On the way into the room", "connecting" },
    { GST_LIVEKIT_CONNECTION_CONNECTED, "In the room", "connected" },
    { GST_LIVEKIT_CONNECTION_RECONNECTING, "Lost the server and looks for it", "reconnecting" },
    { GST_LIVEKIT_CONNECTION_CLOSED, "Has left the room, or did not get in", "closed" },
    { 0, NULL, NULL },
  };
  static GType type;

  if (g_once_init_enter (&type))
    g_once_init_leave (&type, g_enum_register_static ("GstLivekitConnectionState", values));
  return type;
}

void
gst_livekit_base_src_state_init (GstLivekitBaseSrcState *state)
{
  state->connection = GST_LIVEKIT_CONNECTION_NEW;
  state->participant_info = gst_structure_new_empty ("livekit-participant-info");
  state->track_info = gst_structure_new_empty ("livekit-track-info");
}

void
gst_livekit_base_src_state_clear (GstLivekitBaseSrcState *state)
{
  gst_clear_structure (&state->participant_info);
  gst_clear_structure (&state->track_info);
}

void
gst_livekit_base_src_set_connection_state (gpointer src, GstLivekitConnectionState connection)
{
  GstLivekitBaseSrc *self = src;

  GST_OBJECT_LOCK (self);
  self->priv->state.connection = connection;
  GST_OBJECT_UNLOCK (self);
  g_object_notify_by_pspec (src, connection_state_spec);
}

static void
take_info (GstLivekitBaseSrc *self, GstStructure **place, GstStructure *info, GParamSpec *spec)
{
  GstStructure *old;

  GST_OBJECT_LOCK (self);
  old = *place;
  *place = info;
  GST_OBJECT_UNLOCK (self);
  gst_structure_free (old);
  g_object_notify_by_pspec (G_OBJECT (self), spec);
}

void
gst_livekit_base_src_take_participant_info (gpointer src, GstStructure *info)
{
  GstLivekitBaseSrc *self = src;

  take_info (self, &self->priv->state.participant_info, info, participant_info_spec);
}

void
gst_livekit_base_src_take_track_info (gpointer src, GstStructure *info)
{
  GstLivekitBaseSrc *self = src;

  take_info (self, &self->priv->state.track_info, info, track_info_spec);
}

static GstStructure *
new_stats (GstLivekitBaseSrc *self)
{
  GstStructure *stats = gst_structure_new_empty ("livekit-stats");

  if (!gst_livekit_base_src_is_forked ())
    livekitBaseRunStats ((char *) G_OBJECT_TYPE_NAME (self), gst_livekit_base_src_peek_run (self),
        stats);
  return stats;
}

void
gst_livekit_base_src_get_state (GstLivekitBaseSrc *self, guint id, GValue *value)
{
  if (id == GST_LIVEKIT_BASE_SRC_PROP_STATS) {
    g_value_take_boxed (value, new_stats (self));
    return;
  }
  GST_OBJECT_LOCK (self);
  switch (id) {
    case GST_LIVEKIT_BASE_SRC_PROP_CONNECTION_STATE:
      g_value_set_enum (value, self->priv->state.connection);
      break;
    case GST_LIVEKIT_BASE_SRC_PROP_PARTICIPANT_INFO:
      g_value_set_boxed (value, self->priv->state.participant_info);
      break;
    case GST_LIVEKIT_BASE_SRC_PROP_TRACK_INFO:
      g_value_set_boxed (value, self->priv->state.track_info);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static GParamSpec *
install_structure (GObjectClass *klass, guint id, const char *name, const char *blurb)
{
  GParamSpec *spec = g_param_spec_boxed (name, name, blurb, GST_TYPE_STRUCTURE,
      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_property (klass, id, spec);
  return spec;
}

void
gst_livekit_base_src_install_state (GObjectClass *klass)
{
  connection_state_spec = g_param_spec_enum ("connection-state", "connection-state",
      "Where the connection to the room is; notifies", connection_state_get_type (),
      GST_LIVEKIT_CONNECTION_NEW, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_property (klass, GST_LIVEKIT_BASE_SRC_PROP_CONNECTION_STATE,
      connection_state_spec);
  gst_type_mark_as_plugin_api (connection_state_get_type (), 0);
  participant_info_spec =
      install_structure (klass, GST_LIVEKIT_BASE_SRC_PROP_PARTICIPANT_INFO, "participant-info",
          "All that LiveKit tells about the participant whose track is received, empty without a "
          "track; notifies");
  track_info_spec = install_structure (klass, GST_LIVEKIT_BASE_SRC_PROP_TRACK_INFO, "track-info",
      "All that LiveKit tells about the track that is received, empty without one; notifies");
  install_structure (klass, GST_LIVEKIT_BASE_SRC_PROP_STATS, "stats",
      "What was received, lost and dropped since the start; times are in nanoseconds");
}
