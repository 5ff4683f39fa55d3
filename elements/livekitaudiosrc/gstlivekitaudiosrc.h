/* The settings of livekitaudiosrc, which C hands over to Go, and its registration.
 *
 * A file calls only files on the lines below its own, which internal/rules checks:
 *
 *   gstlivekitaudiosrc.c
 *   properties.c
 */
#ifndef GST_LIVEKIT_AUDIO_SRC_H
#define GST_LIVEKIT_AUDIO_SRC_H

#include "../internal/base/gstlivekitbasesrc.h"

G_BEGIN_DECLS

typedef struct {
  GstLivekitSettings base;
  guint64 capacity;     /* ns */
  gint64 sync_offset;   /* ns */
  gint silence;         /* GstLivekitAudioSilence */
  guint max_sync_delay; /* ms */
  gboolean redundancy;
} GstLivekitAudioSrcSettings;

/* Numbers are LiveKit's TrackSource. */
typedef enum {
  GST_LIVEKIT_AUDIO_TRACK_SOURCE_ANY = 0,
  GST_LIVEKIT_AUDIO_TRACK_SOURCE_MICROPHONE = 2,
  GST_LIVEKIT_AUDIO_TRACK_SOURCE_SCREEN_SHARE_AUDIO = 4,
} GstLivekitAudioTrackSource;

typedef enum {
  GST_LIVEKIT_AUDIO_FORMAT_AUTO = -1,
  GST_LIVEKIT_AUDIO_FORMAT_RAW,
  GST_LIVEKIT_AUDIO_FORMAT_ENCODED,
} GstLivekitAudioFormat;

typedef enum {
  GST_LIVEKIT_AUDIO_SILENCE_NONE,
  GST_LIVEKIT_AUDIO_SILENCE_GAPS,
  GST_LIVEKIT_AUDIO_SILENCE_ALWAYS,
} GstLivekitAudioSilence;

/* properties.c */
void gst_livekit_audio_src_install_properties (GstLivekitBaseSrcClass *klass);

/* Registers the element: with the plugin that is being loaded, or as a static plugin of
 * this process. */
gboolean gst_livekit_audio_src_register (GstPlugin *plugin);
gboolean gst_livekit_audio_src_register_static (void);

G_END_DECLS

#endif
