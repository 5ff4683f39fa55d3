/* The settings that every element has, one row each. */
#include "private.h"

#define AT(field) G_STRUCT_OFFSET (GstLivekitSettings, field)

static const GEnumValue on_track_lost_values[] = {
  { GST_LIVEKIT_ON_TRACK_LOST_WAIT, "Wait for the next matching track", "wait" },
  { GST_LIVEKIT_ON_TRACK_LOST_EOS, "End the stream", "eos" },
  { GST_LIVEKIT_ON_TRACK_LOST_ERROR, "Post an error", "error" },
  { 0, NULL, NULL },
};

static const GEnumValue e2ee_policy_values[] = {
  { GST_LIVEKIT_E2EE_POLICY_AUTO, "Required when e2ee-key is set", "auto" },
  { GST_LIVEKIT_E2EE_POLICY_REQUIRED, "Take encrypted tracks only", "required" },
  { GST_LIVEKIT_E2EE_POLICY_OPTIONAL, "Also take tracks that are not encrypted", "optional" },
  { 0, NULL, NULL },
};

static const GEnumValue ice_transport_policy_values[] = {
  { GST_LIVEKIT_ICE_TRANSPORT_POLICY_ALL, "Over UDP, over TCP, or through a TURN server", "all" },
  { GST_LIVEKIT_ICE_TRANSPORT_POLICY_RELAY, "Through a TURN server only", "relay" },
  { 0, NULL, NULL },
};

static const GEnumValue sync_values[] = {
  { GST_LIVEKIT_SYNC_AUTO, "Synchronize them", "auto" },
  { GST_LIVEKIT_SYNC_OFF, "Give each as it arrives", "off" },
  { 0, NULL, NULL },
};

static const GstLivekitRow rows[] = {
  { "url", GST_LIVEKIT_ROW_STRING, AT (url), .environment = "LIVEKIT_URL",
      .text = GST_LIVEKIT_DEFAULT_URL,
      .blurb = "Server to connect to, for example wss://example.livekit.cloud "
               "(default: $LIVEKIT_URL, else " GST_LIVEKIT_DEFAULT_URL ")" },
  { "token", GST_LIVEKIT_ROW_STRING, AT (token), .environment = "LIVEKIT_TOKEN", .write_only = TRUE,
      .blurb = "Access token to join with (default: $LIVEKIT_TOKEN); without one, a token is "
               "made from api-key and api-secret" },
  { "api-key", GST_LIVEKIT_ROW_STRING, AT (api_key), .environment = "LIVEKIT_API_KEY",
      .write_only = TRUE,
      .blurb = "API key to make a token with, which allows receiving and nothing else "
               "(default: $LIVEKIT_API_KEY)" },
  { "api-secret", GST_LIVEKIT_ROW_STRING, AT (api_secret), .environment = "LIVEKIT_API_SECRET",
      .write_only = TRUE, .blurb = "Secret of api-key (default: $LIVEKIT_API_SECRET)" },
  { "room", GST_LIVEKIT_ROW_STRING, AT (room),
      .blurb = "Room to join; if not set, the room that the token names. A token that names a room "
               "must name this one" },
  { "identity", GST_LIVEKIT_ROW_STRING, AT (identity),
      .blurb = "Our own identity in the room; generated if not set" },
  { "hidden", GST_LIVEKIT_ROW_BOOLEAN, AT (hidden),
      .blurb = "Hide us from the other participants, as a recorder. This works with the token made "
               "from api-key and api-secret; a token of your own needs the grant hidden" },
  { "participant", GST_LIVEKIT_ROW_STRING, AT (participant), .chooses = TRUE,
      .blurb = "Identity of the participant to receive from; if not set, the first one that "
               "publishes a matching track. Elements that share a connection and name nobody "
               "receive from the same participant" },
  { "track-name", GST_LIVEKIT_ROW_STRING, AT (track_name), .chooses = TRUE,
      .blurb = "Name that the track must have" },
  { "track-sid", GST_LIVEKIT_ROW_STRING, AT (track_sid), .chooses = TRUE,
      .blurb = "Id that the track must have, for example TR_VCxUdQ2jNVsw4n" },
  { "latency", GST_LIVEKIT_ROW_INT, AT (latency), .number = -1, .min = -1, .max = 60000,
      .any_state = TRUE,
      .blurb = "Longest wait for a missing or late packet, in milliseconds (-1 = for as long as it "
               "can still arrive; the reported latency then follows the network)" },
  { "connect-timeout", GST_LIVEKIT_ROW_UINT, AT (connect_timeout), .number = 10000, .min = 1,
      .max = 600000,
      .blurb = "Longest time to connect, in milliseconds; then an error is posted. Above 10000 it "
               "also limits each attempt to reconnect, which otherwise takes at most 7000" },
  { "ice-transport-policy", GST_LIVEKIT_ROW_ENUM, AT (ice_transport_policy),
      .number = GST_LIVEKIT_ICE_TRANSPORT_POLICY_ALL, .enumeration = "GstLivekitIceTransportPolicy",
      .values = ice_transport_policy_values, .blurb = "How media may reach us" },
  { "track-timeout", GST_LIVEKIT_ROW_UINT, AT (track_timeout), .number = 0, .max = G_MAXINT },
  { "on-track-lost", GST_LIVEKIT_ROW_ENUM, AT (on_track_lost),
      .number = GST_LIVEKIT_ON_TRACK_LOST_WAIT, .enumeration = "GstLivekitOnTrackLost",
      .values = on_track_lost_values },
  { "e2ee-key", GST_LIVEKIT_ROW_STRING, AT (e2ee_key), .write_only = TRUE, .any_state = TRUE,
      .blurb = "Passphrase of an end-to-end encrypted room, which its participants share" },
  { "e2ee-policy", GST_LIVEKIT_ROW_ENUM, AT (e2ee_policy), .number = GST_LIVEKIT_E2EE_POLICY_AUTO,
      .enumeration = "GstLivekitE2eePolicy", .values = e2ee_policy_values,
      .blurb = "Whether tracks must be encrypted end to end. A track that is refused outputs "
               "nothing, and a warning says so" },
  { "sync", GST_LIVEKIT_ROW_ENUM, AT (sync), .number = GST_LIVEKIT_SYNC_AUTO,
      .enumeration = "GstLivekitSync", .values = sync_values,
      .blurb = "Whether sound and video of one participant are synchronized when elements of this "
               "process receive both" },
  { "shared", GST_LIVEKIT_ROW_BOOLEAN, AT (shared), .number = TRUE,
      .blurb = "Share one connection with the other elements of this process that have the same "
               "url, token or key pair, room, identity, hidden and ice-transport-policy" },
};

const GstLivekitRow *
gst_livekit_base_src_common_row (const char *name)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (g_str_equal (rows[i].name, name))
      return &rows[i];
  }
  g_return_val_if_reached (NULL);
}

gboolean
gst_livekit_base_src_is_setting (GParamSpec *spec)
{
  return spec->owner_type != GST_TYPE_LIVEKIT_BASE_SRC &&
      g_type_is_a (spec->owner_type, GST_TYPE_LIVEKIT_BASE_SRC);
}

GType
gst_livekit_enumeration (const char *name, const GEnumValue *values)
{
  GType type = g_type_from_name (name); /* of another element's class */

  if (!type) {
    type = g_enum_register_static (name, values);
    gst_type_mark_as_plugin_api (type, 0);
  }
  return type;
}
