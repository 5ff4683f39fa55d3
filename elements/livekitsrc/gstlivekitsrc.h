/* The settings of livekitsrc, which C hands over to Go, and its registration.
 *
 * A file calls only files on the lines below its own, which internal/rules checks:
 *
 *   gstlivekitsrc.c
 *   properties.c
 */
#ifndef GST_LIVEKIT_SRC_H
#define GST_LIVEKIT_SRC_H

#include "../internal/base/gstlivekitbasesrc.h"

G_BEGIN_DECLS

typedef struct {
  GstLivekitSettings base;
  guint capacity;                   /* frames */
  guint max_pixels;                 /* of a picture, 0 = by what was announced */
  gint quality;                     /* GstLivekitQuality */
  GstLivekitFraction max_framerate; /* per second, 0 = all */
} GstLivekitSrcSettings;

/* Numbers are LiveKit's TrackSource. */
typedef enum {
  GST_LIVEKIT_TRACK_SOURCE_ANY = 0,
  GST_LIVEKIT_TRACK_SOURCE_CAMERA = 1,
  GST_LIVEKIT_TRACK_SOURCE_SCREEN_SHARE = 3,
} GstLivekitTrackSource;

/* Numbers are caps.Quality's. */
typedef enum {
  GST_LIVEKIT_QUALITY_AUTO,
  GST_LIVEKIT_QUALITY_LOW,
  GST_LIVEKIT_QUALITY_MEDIUM,
  GST_LIVEKIT_QUALITY_HIGH,
  GST_LIVEKIT_QUALITY_OFF,
} GstLivekitQuality;

/* properties.c */
void gst_livekit_src_install_properties (GstLivekitBaseSrcClass *klass);

/* Registers the element: with the plugin that is being loaded, or as a static plugin of
 * this process. */
gboolean gst_livekit_src_register (GstPlugin *plugin);
gboolean gst_livekit_src_register_static (void);

G_END_DECLS

#endif
