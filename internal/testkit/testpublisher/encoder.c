#include "encoder.h"

#include <gst/app/gstappsink.h>
#include <gst/video/video.h>

#include "tone.h"

struct _GstLivekitTestEncoder {
  GstElement *pipeline;
  GstElement *size;                           /* capsfilter */
  GstElement *sinks[GST_LIVEKIT_TEST_LAYERS]; /* appsinks; NULL for a layer that is not made */
  GstElement *sound;                          /* appsink, or NULL */
};

gboolean
gst_livekit_test_encoder_has_element (const gchar *name)
{
  GstElementFactory *factory = gst_element_factory_find (name);

  if (factory == NULL)
    return FALSE;
  gst_object_unref (factory);
  return TRUE;
}

static void
add_tone (GstLivekitTestEncoder *encoder)
{
  GstElement *tone = gst_bin_get_by_name (GST_BIN (encoder->pipeline), "tone");
  GstPad *pad;

  encoder->sound = gst_bin_get_by_name (GST_BIN (encoder->pipeline), "sound");
  if (tone == NULL)
    return;
  pad = gst_element_get_static_pad (tone, "src");
  gst_livekit_test_tone_attach (pad);
  gst_object_unref (pad);
  gst_object_unref (tone);
}

GstLivekitTestEncoder *
gst_livekit_test_encoder_new (const gchar *description, const GstLivekitTestPicture *picture,
    GError **error)
{
  GstLivekitTestEncoder *encoder;
  GstElement *pipeline =
      gst_parse_launch_full (description, NULL, GST_PARSE_FLAG_FATAL_ERRORS, error);
  GstPad *pad;

  if (pipeline == NULL)
    return NULL;
  encoder = g_new0 (GstLivekitTestEncoder, 1);
  encoder->pipeline = gst_object_ref_sink (pipeline);
  encoder->size = gst_bin_get_by_name (GST_BIN (pipeline), "size");
  encoder->sinks[0] = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  encoder->sinks[1] = gst_bin_get_by_name (GST_BIN (pipeline), "sink1");
  encoder->sinks[2] = gst_bin_get_by_name (GST_BIN (pipeline), "sink2");
  g_assert (encoder->size != NULL && GST_IS_APP_SINK (encoder->sinks[0]));

  pad = gst_element_get_static_pad (encoder->size, "src");
  gst_livekit_test_picture_attach (pad, picture);
  gst_object_unref (pad);
  add_tone (encoder);
  return encoder;
}

gboolean
gst_livekit_test_encoder_start (GstLivekitTestEncoder *encoder)
{
  return gst_element_set_state (encoder->pipeline, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE;
}

static GstClockTime
age (GstLivekitTestEncoder *encoder, GstClockTime running_time)
{
  GstClockTime now = gst_element_get_current_running_time (encoder->pipeline);

  return GST_CLOCK_TIME_IS_VALID (now) && now > running_time ? now - running_time : 0;
}

static gboolean
pull (GstLivekitTestEncoder *encoder, GstElement *sink, GstLivekitTestUnit *unit)
{
  GstSample *sample = gst_app_sink_pull_sample (GST_APP_SINK (sink));
  GstBuffer *buffer;

  if (sample == NULL)
    return FALSE;
  buffer = gst_sample_get_buffer (sample);
  if (!gst_buffer_map (buffer, &unit->map, GST_MAP_READ)) {
    gst_sample_unref (sample);
    return FALSE;
  }
  unit->sample = sample;
  unit->data = unit->map.data;
  unit->size = unit->map.size;
  /* x264enc moves its timestamps by 1000 hours, and the segment takes it back. */
  unit->running_time = gst_segment_to_running_time (gst_sample_get_segment (sample),
      GST_FORMAT_TIME, GST_BUFFER_PTS (buffer));
  unit->made = gst_livekit_test_picture_time (buffer);
  unit->age = age (encoder, unit->running_time);
  unit->key_frame = !GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  return TRUE;
}

gboolean
gst_livekit_test_encoder_pull (GstLivekitTestEncoder *encoder, guint layer,
    GstLivekitTestUnit *unit)
{
  return pull (encoder, encoder->sinks[layer], unit);
}

gboolean
gst_livekit_test_encoder_pull_sound (GstLivekitTestEncoder *encoder, GstLivekitTestUnit *packet)
{
  return pull (encoder, encoder->sound, packet);
}

void
gst_livekit_test_unit_release (GstLivekitTestUnit *unit)
{
  gst_buffer_unmap (gst_sample_get_buffer (unit->sample), &unit->map);
  gst_sample_unref (unit->sample);
  unit->sample = NULL;
}

void
gst_livekit_test_encoder_force_key_unit (GstLivekitTestEncoder *encoder, guint layer)
{
  gst_element_send_event (encoder->sinks[layer],
      gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, TRUE, 0));
}

void
gst_livekit_test_encoder_set_caps (GstLivekitTestEncoder *encoder, const gchar *caps)
{
  GstCaps *parsed = gst_caps_from_string (caps);

  g_object_set (encoder->size, "caps", parsed, NULL);
  gst_caps_unref (parsed);
}

GstClockTime
gst_livekit_test_encoder_beginning (GstLivekitTestEncoder *encoder)
{
  return gst_livekit_test_tone_beginning (encoder->pipeline);
}

gchar *
gst_livekit_test_encoder_error (GstLivekitTestEncoder *encoder)
{
  GstBus *bus = gst_element_get_bus (encoder->pipeline);
  GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  GError *error = NULL;
  gchar *debug = NULL;
  gchar *text;

  gst_object_unref (bus);
  if (message == NULL)
    return NULL;
  gst_message_parse_error (message, &error, &debug);
  text = g_strdup_printf ("%s: %s (%s)", GST_MESSAGE_SRC_NAME (message), error->message,
      debug ? debug : "no details");
  g_clear_error (&error);
  g_free (debug);
  gst_message_unref (message);
  return text;
}

void
gst_livekit_test_encoder_stop (GstLivekitTestEncoder *encoder)
{
  gst_element_set_state (encoder->pipeline, GST_STATE_NULL);
}

void
gst_livekit_test_encoder_free (GstLivekitTestEncoder *encoder)
{
  guint layer;

  gst_object_unref (encoder->size);
  for (layer = 0; layer < GST_LIVEKIT_TEST_LAYERS; layer++)
    gst_clear_object (&encoder->sinks[layer]);
  gst_clear_object (&encoder->sound);
  gst_object_unref (encoder->pipeline);
  g_free (encoder);
}
