/* The element's properties: one row each, in the order in which they are listed. Those
 * without a type are what every element has. */
#include "gstlivekitsrc.h"

#define FORMAT_AUTO -1
#define AT(field) G_STRUCT_OFFSET (GstLivekitSrcSettings, field)

static const GEnumValue track_source_values[] = {
  { GST_LIVEKIT_TRACK_SOURCE_ANY, "Any video track", "any" },
  { GST_LIVEKIT_TRACK_SOURCE_CAMERA, "The camera", "camera" },
  { GST_LIVEKIT_TRACK_SOURCE_SCREEN_SHARE, "The shared screen", "screen-share" },
  { 0, NULL, NULL },
};

static const GEnumValue quality_values[] = {
  { GST_LIVEKIT_QUALITY_AUTO, "The smallest layer that does not have to be enlarged", "auto" },
  { GST_LIVEKIT_QUALITY_LOW, "The lowest layer", "low" },
  { GST_LIVEKIT_QUALITY_MEDIUM, "The layer in the middle", "medium" },
  { GST_LIVEKIT_QUALITY_HIGH, "The best layer", "high" },
  { GST_LIVEKIT_QUALITY_OFF, "None: the subscription is paused", "off" },
  { 0, NULL, NULL },
};

/* Numbers are LiveKit's VideoBufferType. */
static const GEnumValue format_values[] = {
  { FORMAT_AUTO,
      "What downstream asks for, also the untouched stream, or else the decoder's own format",
      "auto" },
  { 0, "RGBA", "rgba" },
  { 1, "ABGR", "abgr" },
  { 2, "ARGB", "argb" },
  { 3, "BGRA", "bgra" },
  { 4, "RGB", "rgb24" },
  { 5, "I420", "i420" },
  { 6, "A420", "i420a" },
  { 7, "Y42B", "i422" },
  { 8, "Y444", "i444" },
  { 9, "I420_10LE", "i010" },
  { 10, "NV12", "nv12" },
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
      .number = GST_LIVEKIT_TRACK_SOURCE_ANY, .enumeration = "GstLivekitTrackSource",
      .values = track_source_values,
      .blurb = "Which of the participant's video tracks to receive" },
  { "track-name" },
  { "track-sid" },
  { "format", GST_LIVEKIT_ROW_ENUM, AT (base.format), .number = FORMAT_AUTO,
      .enumeration = "GstLivekitVideoBufferType", .values = format_values,
      .blurb = "Raw video format to output" },
  { "capacity", GST_LIVEKIT_ROW_UINT, AT (capacity), .number = 4, .min = 1, .max = 10000,
      .blurb = "Decoded frames kept for a slow consumer, in addition to those that the pipeline's "
               "latency holds; when there are more, the oldest is dropped" },
  { "max-pixels", GST_LIVEKIT_ROW_UINT, AT (max_pixels), .number = 0, .min = 0, .max = G_MAXINT,
      .blurb =
          "Width times height of the largest picture to accept, in pixels, for example 33177600 "
          "for 7680x4320. Larger pictures are dropped before they cost memory (0 = four times "
          "what the publisher announced, at least 3840x2160 and at most 8192x4320)" },
  { "latency" },
  { "quality", GST_LIVEKIT_ROW_ENUM, AT (quality), .chooses = TRUE,
      .number = GST_LIVEKIT_QUALITY_AUTO, .enumeration = "GstLivekitQuality",
      .values = quality_values, .blurb = "Which simulcast layer the server is asked to send" },
  { "max-framerate", GST_LIVEKIT_ROW_FRACTION, AT (max_framerate), .chooses = TRUE,
      .blurb = "Frames per second to ask the server for, for example 15/1; it can only leave out "
               "whole temporal layers (0/1 = all)" },
  { "connect-timeout" },
  { "ice-transport-policy" },
  { "track-timeout",
      .blurb = "Longest wait for the first picture of a matching track, in milliseconds; then an "
               "error is posted. Time counts while the track is muted, but not while nobody takes "
               "the pictures (0 = wait forever, with a warning every 10 seconds)" },
  { "on-track-lost",
      .blurb = "What to do when the track ends but its participant stays. When the participant "
               "leaves, the stream ends, unless this is error, or was set to wait with participant "
               "set. When the room is deleted or we are removed from it, the stream ends with a "
               "warning, unless this is error. With error, the stream also ends when no decoder "
               "can decode several complete key frames in a row" },
  { "e2ee-key" },
  { "e2ee-policy" },
  { "sync" },
  { "shared" },
};

void
gst_livekit_src_install_properties (GstLivekitBaseSrcClass *klass)
{
  gst_livekit_base_src_class_install_rows (klass, rows, G_N_ELEMENTS (rows),
      sizeof (GstLivekitSrcSettings));
}
