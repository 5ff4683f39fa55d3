/* What travels beside the pixels out of a pad: metas on each buffer, and stream
 * tags. */
#ifndef GST_LIVEKIT_SIDEBAND_H
#define GST_LIVEKIT_SIDEBAND_H

#include "chain.h"

typedef struct {
  gint orientation;        /* of the last unit, -1 before the first */
  gchar *title;            /* owned, or NULL */
  gboolean changed;        /* the title has changed since tags were sent */
  GstStructure *frame;     /* owned: what the next unit's LiveKitFrameMeta holds, or NULL */
  GstCaps *unix_reference; /* owned: timestamp/x-unix */
} GstLivekitSideband;

/* Registers LiveKitFrameMeta; once per process. */
void gst_livekit_sideband_register (void);

void gst_livekit_sideband_init (GstLivekitSideband *sideband);
void gst_livekit_sideband_clear (GstLivekitSideband *sideband);

/* Sends the tags that gst_livekit_sideband_attach() put on a buffer, in front of
 * it, from the pad that it leaves the element (borrowed) through. */
void gst_livekit_sideband_watch (GstElement *element);

/* Adds to each tag event that comes into the element (borrowed) what those before it
 * said: some decoders send their own tags and older ones of ours after them. */
void gst_livekit_sideband_merge (GstElement *element);

void gst_livekit_sideband_set_title (GstLivekitSideband *sideband, const char *title);
void gst_livekit_sideband_set_frame (GstLivekitSideband *sideband,
    const GstLivekitFrameMetadata *metadata, const void *user_data, gsize size);

void gst_livekit_sideband_forget_frame (GstLivekitSideband *sideband);

/* Puts on a buffer (borrowed, writable) what is known about its unit. */
void gst_livekit_sideband_attach (GstLivekitSideband *sideband, GstBuffer *buffer,
    const GstLivekitUnit *unit);

#endif
