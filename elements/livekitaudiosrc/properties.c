/* The element's properties: one row each, in the order in which they are listed. Those
 * without a type are what every element has. */
#include "gstlivekitaudiosrc.h"

#define AT(field) G_STRUCT_OFFSET (GstLivekitAudioSrcSettings, field)

static const GEnumValue track_source_values[] = {
  { GST_LIVEKIT_AUDIO_TRACK_SOURCE_ANY, "Any audio track", "any" },
  { GST_LIVEKIT_AUDIO_TRACK_SOURCE_MICROPHONE, "The microphone", "microphone" },
  { GST_LIVEKIT_AUDIO_TRACK_SOURCE_SCREEN_SHARE_AUDIO, "The sound of the shared screen",
      "screen-share-audio" },
  { 0, NULL, NULL },
};

static const GEnumValue format_values[] = {
  { GST_LIVEKIT_AUDIO_FORMAT_AUTO, "What downstream takes", "auto" },
  { GST_LIVEKIT_AUDIO_FORMAT_RAW, "Samples", "raw" },
  { GST_LIVEKIT_AUDIO_FORMAT_ENCODED, "The publisher's stream, not decoded", "encoded" },
  { 0, NULL, NULL },
};

static const GEnumValue silence_values[] = {
  { GST_LIVEKIT_AUDIO_SILENCE_NONE, "Nothing: the next sound comes with its own time", "none" },
  { GST_LIVEKIT_AUDIO_SILENCE_GAPS, "GAP events", "gaps" },
  { GST_LIVEKIT_AUDIO_SILENCE_ALWAYS, "Silent samples, or silent Opus packets", "always" },
  { 0, NULL, NULL },
};

static const GstLivekitRow rows[] = {
  { "url" },
  { "token" },
  { "api-key" },
  { "api-secret" },
  { "room" },
  { "identity" },
  { "hidden" },
  { "participant" },
  { "track-source", GST_LIVEKIT_ROW_ENUM, AT (base.track_source), .chooses = TRUE,
      .number = GST_LIVEKIT_AUDIO_TRACK_SOURCE_ANY, .enumeration = "GstLivekitAudioTrackSource",
      .values = track_source_values,
      .blurb = "Which of the participant's audio tracks to receive" },
  { "track-name" },
  { "track-sid" },
  { "format", GST_LIVEKIT_ROW_ENUM, AT (base.format), .number = GST_LIVEKIT_AUDIO_FORMAT_AUTO,
      .enumeration = "GstLivekitAudioFormat", .values = format_values,
      .blurb = "Whether to decode; with auto, a muxer or a payloader gets the publisher's stream" },
  { "latency", GST_LIVEKIT_ROW_INT, AT (base.latency), .number = 100, .min = 0, .max = 60000,
      .any_state = TRUE,
      .blurb = "Longest wait for a missing or late packet, in milliseconds; then its sound is "
               "concealed" },
  { "redundancy", GST_LIVEKIT_ROW_BOOLEAN, AT (redundancy), .number = TRUE,
      .blurb =
          "Receive each packet twice if the publisher sends it so (RED, RFC 2198), which makes "
          "up for most lost packets" },
  { "silence", GST_LIVEKIT_ROW_ENUM, AT (silence), .number = GST_LIVEKIT_AUDIO_SILENCE_ALWAYS,
      .enumeration = "GstLivekitAudioSilence", .values = silence_values,
      .blurb = "What fills the time without sound: while the track is muted, between words, "
               "without a track, and while the connection is lost" },
  { "sync" },
  { "max-sync-delay", GST_LIVEKIT_ROW_UINT, AT (max_sync_delay), .number = 500, .max = 60000,
      .blurb = "Longest delay to synchronize sound and video, in milliseconds. If they are further "
               "apart, they are not synchronized, and a warning says so" },
  { "sync-offset", GST_LIVEKIT_ROW_INT64, AT (sync_offset), .chooses = TRUE,
      .min = -60 * GST_SECOND, .max = 60 * GST_SECOND,
      .blurb = "Added to the timestamps of all sound, in nanoseconds; with a positive value the "
               "sound is heard later" },
  { "capacity", GST_LIVEKIT_ROW_UINT64, AT (capacity), .number = 500 * GST_MSECOND,
      .min = 20 * GST_MSECOND, .max = G_MAXINT64,
      .blurb = "Sound kept for a slow consumer, in nanoseconds, in addition to what the pipeline's "
               "latency and max-sync-delay hold; when there is more, the oldest is dropped, and a "
               "warning says so. For a muxer, which may wait for another stream, at least ten "
               "minutes are kept" },
  { "connect-timeout" },
  { "ice-transport-policy" },
  { "track-timeout",
      .blurb = "Longest wait for the first sound of a matching track, in milliseconds; then an "
               "error is posted (0 = wait forever, with a warning every 10 seconds)" },
  { "on-track-lost",
      .blurb = "What to do when the track ends but its participant stays. When the participant "
               "leaves, the stream ends, unless this is error, or was set to wait with participant "
               "set. When the room is deleted or we are removed from it, the stream ends with a "
               "warning, unless this is error" },
  { "e2ee-key" },
  { "e2ee-policy" },
  { "shared",
      .blurb = "Share one connection with the other elements of this process that have the same "
               "url, token or key pair, room, identity, hidden, ice-transport-policy and "
               "redundancy, which is always true for livekitsrc" },
};

void
gst_livekit_audio_src_install_properties (GstLivekitBaseSrcClass *klass)
{
  gst_livekit_base_src_class_install_rows (klass, rows, G_N_ELEMENTS (rows),
      sizeof (GstLivekitAudioSrcSettings));
}
