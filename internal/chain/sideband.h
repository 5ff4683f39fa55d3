/* What leaves a pad besides the pixels: metas on each buffer, and stream tags. */
#ifndef GST_LIVEKIT_SIDEBAND_H
#define GST_LIVEKIT_SIDEBAND_H

#include "chain.h"

typedef struct {
  gint orientation;        /* of the last unit, -1 before the first */
  gchar *title;            /* owned, or NULL */
  gboolean changed;        /* the title has changed since tags were sent */
  GstStructure *frame;     /* owned: contents of the next unit's LiveKitFrameMeta, or NULL */
  GstCaps *unix_reference; /* owned: timestamp/x-unix */
} GstLivekitSideband;

/* Registers LiveKitFrameMeta; once per process. */
void gst_livekit_sideband_register (void);

void gst_livekit_sideband_init (GstLivekitSideband *sideband);
void gst_livekit_sideband_clear (GstLivekitSideband *sideband);

/* Sends the tags that gst_livekit_sideband_attach() put on a buffer in front of this
 * buffer, from the source pad of the element (borrowed). */
void gst_livekit_sideband_watch (GstElement *element);

/* Merges each tag event that comes to a sink pad (borrowed) with the earlier ones: some
 * decoders and parsers send their own tags, or outdated ones of ours, later. */
void gst_livekit_sideband_merge (GstPad *pad);

void gst_livekit_sideband_set_title (GstLivekitSideband *sideband, const char *title);
void gst_livekit_sideband_set_frame (GstLivekitSideband *sideband,
    const GstLivekitFrameMetadata *metadata, const void *user_data, gsize size);

void gst_livekit_sideband_forget_frame (GstLivekitSideband *sideband);

/* Attaches to a buffer (borrowed, writable) what is known about its unit. */
void gst_livekit_sideband_attach (GstLivekitSideband *sideband, GstBuffer *buffer,
    const GstLivekitUnit *unit);

#endif
