/* Keeps an untouched stream back while the server sends another layer than the one
 * that was asked for: a file has the size that it begins with. */
#ifndef GST_LIVEKIT_HOLD_H
#define GST_LIVEKIT_HOLD_H

#include <gst/gst.h>

G_BEGIN_DECLS

/* Whether pictures of that size are what the stream is to begin with. */
typedef gboolean (*GstLivekitHoldWanted) (gint width, gint height, gpointer data);

/* Asks for a key frame. */
typedef void (*GstLivekitHoldKeyFrame) (gpointer data);

/* Watches a source pad whose caps tell the size. What comes with a size that is not
 * wanted is dropped until one comes that is, or until the first key frame after
 * `patience` (ns); then everything passes for good. `data` has to live as long as
 * data flows. */
void gst_livekit_hold_install (GstPad *pad, GstClockTime patience, GstLivekitHoldWanted wanted,
    GstLivekitHoldKeyFrame key_frame, gpointer data);

G_END_DECLS

#endif
