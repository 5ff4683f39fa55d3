/* The first element of a chain: a live source that is given buffers, and events
 * between them. appsrc would do, but it sleeps where Go could wake it only by a call
 * into C. This one sleeps at its mail. */
#ifndef GST_LIVEKIT_SOURCE_H
#define GST_LIVEKIT_SOURCE_H

#include "mail.h"

#include <gst/base/gstpushsrc.h>

G_BEGIN_DECLS

typedef struct _GstLivekitSource GstLivekitSource;

/* Called on the streaming thread before it sleeps or takes the next item: takes the mail
 * if it is full, and gives the source what is in it. Returns whether Go may fill it
 * again. */
typedef gboolean (*GstLivekitSourceTake) (gpointer data);

GstLivekitSource *gst_livekit_source_new (const char *name, GstLivekitSourceTake take,
    gpointer data, GDestroyNotify destroy);

GstLivekitMail *gst_livekit_source_mail (GstLivekitSource *source);

/* Takes what is sent after everything before it. FALSE: the source is not running, or
 * has ended. They never block, and may be called from any thread. */
gboolean gst_livekit_source_push (GstLivekitSource *source, GstBuffer *buffer);
gboolean gst_livekit_source_push_event (GstLivekitSource *source, GstEvent *event);

/* The caps (borrowed) of the buffers that follow. Also before the source runs. */
void gst_livekit_source_push_caps (GstLivekitSource *source, GstCaps *caps);

/* Sends EOS after everything before it. */
void gst_livekit_source_end (GstLivekitSource *source);

/* ns, answered to the LATENCY query. */
void gst_livekit_source_set_latency (GstLivekitSource *source, GstClockTime latency);

/* When buffers for more than this time wait, in ns, the oldest are dropped; NONE = no
 * limit. */
void gst_livekit_source_set_capacity (GstLivekitSource *source, GstClockTime capacity);

/* Keeps as much as `capacity` instead, if that is more, until nothing waits. */
void gst_livekit_source_extend (GstLivekitSource *source, GstClockTime capacity);

/* Whether a buffer of this duration makes it drop others. */
gboolean gst_livekit_source_is_full (GstLivekitSource *source, GstClockTime duration);

/* What waits for the streaming thread. */
void gst_livekit_source_waiting (GstLivekitSource *source, guint *buffers, gsize *bytes);

G_END_DECLS

#endif
