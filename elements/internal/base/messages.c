/* How the application is told what happens in a run: by messages on the bus, by signals, and by
 * properties that can be read in any state and from any thread, most of which notify. */
#include "private.h"

#include "_cgo_export.h"

#include <gst/pbutils/missing-plugins.h>

static GParamSpec *connection_state_spec, *participant_info_spec, *track_info_spec;
static guint track_subscribed, track_lost;

static void
code_of (GstLivekitFailure kind, GQuark *domain, gint *code)
{
  *domain = GST_RESOURCE_ERROR;
  switch (kind) {
    case GST_LIVEKIT_FAILURE_NOT_AUTHORIZED:
      *code = GST_RESOURCE_ERROR_NOT_AUTHORIZED;
      return;
    case GST_LIVEKIT_FAILURE_NOT_FOUND:
      *code = GST_RESOURCE_ERROR_NOT_FOUND;
      return;
    case GST_LIVEKIT_FAILURE_OPEN_READ:
      *code = GST_RESOURCE_ERROR_OPEN_READ;
      return;
    case GST_LIVEKIT_FAILURE_READ:
      *code = GST_RESOURCE_ERROR_READ;
      return;
    case GST_LIVEKIT_FAILURE_SETTINGS:
      *code = GST_RESOURCE_ERROR_SETTINGS;
      return;
    case GST_LIVEKIT_FAILURE_DECODE:
      *domain = GST_STREAM_ERROR;
      *code = GST_STREAM_ERROR_DECODE;
      return;
    case GST_LIVEKIT_FAILURE_DECRYPT:
      *domain = GST_STREAM_ERROR;
      *code = GST_STREAM_ERROR_DECRYPT;
      return;
    case GST_LIVEKIT_FAILURE_CODEC_NOT_FOUND:
      *domain = GST_STREAM_ERROR;
      *code = GST_STREAM_ERROR_CODEC_NOT_FOUND;
      return;
    case GST_LIVEKIT_FAILURE_INTERNAL:
      break;
  }
  *domain = GST_LIBRARY_ERROR;
  *code = GST_LIBRARY_ERROR_FAILED;
}

static void
post (GstMessageType type, gpointer src, GstLivekitFailure kind, const char *message,
    const char *debug)
{
  GQuark domain;
  gint code;

  code_of (kind, &domain, &code);
  gst_element_message_full (GST_ELEMENT (src), type, domain, code, g_strdup (message),
      g_strdup (debug), __FILE__, "run", __LINE__);
}

void
gst_livekit_base_src_post_error (gpointer src, GstLivekitFailure kind, const char *message,
    const char *debug)
{
  post (GST_MESSAGE_ERROR, src, kind, message, debug);
}

void
gst_livekit_base_src_post_warning (gpointer src, GstLivekitFailure kind, const char *message,
    const char *debug)
{
  post (GST_MESSAGE_WARNING, src, kind, message, debug);
}

void
gst_livekit_base_src_post_missing_decoder (gpointer src, const char *text)
{
  GstCaps *caps = gst_caps_from_string (text);

  gst_element_post_message (GST_ELEMENT (src),
      gst_missing_decoder_message_new (GST_ELEMENT (src), caps));
  gst_caps_unref (caps);
}

void
gst_livekit_base_src_post_progress (gpointer src, GstProgressType type, const char *code,
    const char *text)
{
  gst_element_post_message (GST_ELEMENT (src),
      gst_message_new_progress (GST_OBJECT (src), type, code, text));
}

void
gst_livekit_base_src_post_element (gpointer src, GstStructure *structure)
{
  gst_element_post_message (GST_ELEMENT (src),
      gst_message_new_element (GST_OBJECT (src), structure));
}

static const GEnumValue connection_state_values[] = {
  { GST_LIVEKIT_CONNECTION_NEW, "Not started", "new" },
  { GST_LIVEKIT_CONNECTION_CONNECTING, "Joining the room", "connecting" },
  { GST_LIVEKIT_CONNECTION_CONNECTED, "In the room", "connected" },
  { GST_LIVEKIT_CONNECTION_RECONNECTING, "Connection lost, trying to reconnect", "reconnecting" },
  { GST_LIVEKIT_CONNECTION_CLOSED, "Left the room, or could not join", "closed" },
  { 0, NULL, NULL },
};

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

void
gst_livekit_base_src_emit_track (gpointer src, gboolean subscribed, const char *participant,
    const char *sid)
{
  g_signal_emit (src, subscribed ? track_subscribed : track_lost, 0, participant, sid);
}

static guint
track_signal_new (const char *name)
{
  return g_signal_new (name, GST_TYPE_LIVEKIT_BASE_SRC, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
      G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
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
gst_livekit_base_src_install_messages (GObjectClass *klass)
{
  /* Both with the identity of the participant and the id of the track. */
  track_subscribed = track_signal_new ("track-subscribed");
  track_lost = track_signal_new ("track-lost");
  connection_state_spec = g_param_spec_enum ("connection-state", "connection-state",
      "State of the connection to the room. Changes are notified",
      gst_livekit_enumeration ("GstLivekitConnectionState", connection_state_values),
      GST_LIVEKIT_CONNECTION_NEW, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_property (klass, GST_LIVEKIT_BASE_SRC_PROP_CONNECTION_STATE,
      connection_state_spec);
  gst_type_mark_as_plugin_api (gst_livekit_enumeration ("GstLivekitConnectionState",
                                   connection_state_values),
      0);
  participant_info_spec =
      install_structure (klass, GST_LIVEKIT_BASE_SRC_PROP_PARTICIPANT_INFO, "participant-info",
          "All that LiveKit says about the participant whose track is received; empty without a "
          "track. Changes are notified");
  track_info_spec = install_structure (klass, GST_LIVEKIT_BASE_SRC_PROP_TRACK_INFO, "track-info",
      "All that LiveKit says about the track that is received; empty without one. Changes are "
      "notified");
  install_structure (klass, GST_LIVEKIT_BASE_SRC_PROP_STATS, "stats",
      "What was received, lost and dropped since the start; times are in nanoseconds");
}
