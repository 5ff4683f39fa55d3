/* A live picture, encoded, and a tone: the GStreamer half of the test publisher.
 *
 *   source ! capsfilter name=size ! queue ! encoder ! appsink name=sink
 *                          (or tee ! queue ! encoder ! appsink name=sink1, and so on)
 *   source ! capsfilter name=tone ! encoder ! appsink name=sound
 *
 * The second line may be missing.
 */
#ifndef GST_LIVEKIT_TEST_ENCODER_H
#define GST_LIVEKIT_TEST_ENCODER_H

#include <gst/gst.h>

#include "picture.h"

#define GST_LIVEKIT_TEST_LAYERS 3

G_BEGIN_DECLS

typedef struct _GstLivekitTestEncoder GstLivekitTestEncoder;

/* One access unit, or one packet of sound. data is valid until _release(). */
typedef struct {
  GstSample *sample;
  GstMapInfo map;
  const guint8 *data;
  gsize size;
  GstClockTime running_time;
  GstClockTime age;  /* since its picture was due */
  GstClockTime made; /* the time in its picture, or GST_CLOCK_TIME_NONE */
  gboolean key_frame;
} GstLivekitTestUnit;

/* Tells whether there is an element of this name. */
gboolean gst_livekit_test_encoder_has_element (const gchar *name);

/* Builds the pipeline that description, in gst-launch's language, describes, and
 * draws *picture into what leaves the capsfilter "size", and the tone into what
 * leaves "tone". Returns NULL with *error set on failure. */
GstLivekitTestEncoder *gst_livekit_test_encoder_new (const gchar *description,
    const GstLivekitTestPicture *picture, GError **error);

/* Starts it. FALSE: _error() tells why. */
gboolean gst_livekit_test_encoder_start (GstLivekitTestEncoder *encoder);

/* Waits for the next access unit of a layer, 0 being the whole picture. FALSE: the pipeline was stopped or failed. One
 * thread at a time, which must call _release() after each unit. */
gboolean gst_livekit_test_encoder_pull (GstLivekitTestEncoder *encoder, guint layer,
    GstLivekitTestUnit *unit);

/* The same for the next packet of sound, on another thread. */
gboolean gst_livekit_test_encoder_pull_sound (GstLivekitTestEncoder *encoder,
    GstLivekitTestUnit *packet);
void gst_livekit_test_unit_release (GstLivekitTestUnit *unit);

/* The next picture of the layer will be a key frame. */
void gst_livekit_test_encoder_force_key_unit (GstLivekitTestEncoder *encoder, guint layer);

/* The next pictures will have the size of these caps. */
void gst_livekit_test_encoder_set_caps (GstLivekitTestEncoder *encoder, const gchar *caps);

/* The Unix time in nanoseconds at which the running time was 0, or
 * GST_CLOCK_TIME_NONE before that is known. */
GstClockTime gst_livekit_test_encoder_beginning (GstLivekitTestEncoder *encoder);

/* What went wrong, or NULL. The caller frees it with g_free(). */
gchar *gst_livekit_test_encoder_error (GstLivekitTestEncoder *encoder);

/* Stops everything and makes _pull() return FALSE. Nothing starts again. */
void gst_livekit_test_encoder_stop (GstLivekitTestEncoder *encoder);

/* After _stop(), and after the last _pull(). */
void gst_livekit_test_encoder_free (GstLivekitTestEncoder *encoder);

G_END_DECLS

#endif
