/* What comes from Go. */
#ifndef GST_LIVEKIT_UNIT_H
#define GST_LIVEKIT_UNIT_H

#include <gst/gst.h>
#include <gst/video/video.h>

G_BEGIN_DECLS

/* What is known about one access unit besides its bytes. */
typedef struct {
  gint64 due;    /* when to show it, in ns on g_get_monotonic_time()'s clock */
  gint64 decode; /* when to decode it, on the same clock */
  gboolean key_frame;
  gboolean discont;
  gboolean outruns;     /* drop what waits for the decoder; only for a key frame */
  guint64 capture_time; /* ns since the Unix epoch, GST_CLOCK_TIME_NONE = unknown */
  gint orientation; /* quarter turns clockwise, plus 4 when mirrored before them; -1: no picture */
  GstVideoColorimetry colorimetry; /* set for a key frame if its decoder does not report it */
} GstLivekitUnit;

/* The frame metadata that the publisher attached to one access unit. */
typedef struct {
  guint64 user_timestamp;
  guint32 frame_id;
  gboolean has_user_timestamp, has_frame_id;
} GstLivekitFrameMetadata;

/* What is known about one piece of sound besides its bytes. Times are running times. */
typedef struct {
  guint64 pts, duration; /* ns */
  guint64 capture_time;  /* as in GstLivekitUnit */
  gboolean discont;
} GstLivekitSoundPiece;

G_END_DECLS

#endif
