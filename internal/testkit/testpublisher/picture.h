/* Draws the time, and the known picture of package testpicture, into video. */
#ifndef GST_LIVEKIT_TEST_PICTURE_H
#define GST_LIVEKIT_TEST_PICTURE_H

#include <gst/gst.h>

G_BEGIN_DECLS

#define GST_LIVEKIT_TEST_PICTURE_COLUMNS 4
#define GST_LIVEKIT_TEST_PICTURE_ROWS 2
#define GST_LIVEKIT_TEST_PICTURE_PATCHES                                                           \
  (GST_LIVEKIT_TEST_PICTURE_COLUMNS * GST_LIVEKIT_TEST_PICTURE_ROWS)

typedef struct {
  guint8 y, u, v;
} GstLivekitTestColour;

/* What is drawn. The flat patches are there to compare colours with, so nothing
 * else is drawn over them. */
typedef struct {
  gboolean patches; /* TRUE: the patches; FALSE: a wall clock for people */
  GstLivekitTestColour colours[GST_LIVEKIT_TEST_PICTURE_PATCHES];
} GstLivekitTestPicture;

/* Draws the two bands with the time of that moment, and the rest of *picture,
 * into every I420 buffer that passes the pad. A buffer that would show the same
 * millisecond as the one before is dropped: a source that was late catches up
 * with several at once, which no camera does. Copies *picture. */
void gst_livekit_test_picture_attach (GstPad *pad, const GstLivekitTestPicture *picture);

/* The time in nanoseconds since the Unix epoch that is drawn into a buffer, or
 * into the one that it was encoded of; GST_CLOCK_TIME_NONE if there is none. */
GstClockTime gst_livekit_test_picture_time (GstBuffer *buffer);

G_END_DECLS

#endif
