/* What a run says: on the bus, downstream and in the log. */
#include "gstlivekitsrc.h"

#include <gst/pbutils/missing-plugins.h>

#define GST_CAT_DEFAULT gst_livekit_src_debug

static void
code_of (GstLivekitFailure kind, GQuark *domain, gint *code)
{
  *domain = GST_RESOURCE_ERROR;
  switch (kind) {
    case GST_LIVEKIT_FAILURE_NOT_AUTHORIZED:
      *code = GST_RESOURCE_ERROR_NOT_AUTHORIZED;
      return;
    case GST_LIVEKIT_FAILURE_NOT_FOUND:
      *code = GST_RESOURCE_ERROR_NOT_FOUND;
      return;
    case GST_LIVEKIT_FAILURE_OPEN_READ:
      *code = GST_RESOURCE_ERROR_OPEN_READ;
      return;
    case GST_LIVEKIT_FAILURE_READ:
      *code = GST_RESOURCE_ERROR_READ;
      return;
    case GST_LIVEKIT_FAILURE_SETTINGS:
      *code = GST_RESOURCE_ERROR_SETTINGS;
      return;
    case GST_LIVEKIT_FAILURE_DECODE:
      *domain = GST_STREAM_ERROR;
      *code = GST_STREAM_ERROR_DECODE;
      return;
    case GST_LIVEKIT_FAILURE_DECRYPT:
      *domain = GST_STREAM_ERROR;
      *code = GST_STREAM_ERROR_DECRYPT;
      return;
    case GST_LIVEKIT_FAILURE_CODEC_NOT_FOUND:
      *domain = GST_STREAM_ERROR;
      *code = GST_STREAM_ERROR_CODEC_NOT_FOUND;
      return;
    case GST_LIVEKIT_FAILURE_INTERNAL:
      break;
  }
  *domain = GST_LIBRARY_ERROR;
  *code = GST_LIBRARY_ERROR_FAILED;
}

static void
post (GstMessageType type, gpointer src, GstLivekitFailure kind, const char *message,
    const char *debug)
{
  GQuark domain;
  gint code;

  code_of (kind, &domain, &code);
  gst_element_message_full (GST_ELEMENT (src), type, domain, code, g_strdup (message),
      g_strdup (debug), __FILE__, "run", __LINE__);
}

void
gst_livekit_src_post_error (gpointer src, GstLivekitFailure kind, const char *message,
    const char *debug)
{
  post (GST_MESSAGE_ERROR, src, kind, message, debug);
}

void
gst_livekit_src_post_warning (gpointer src, GstLivekitFailure kind, const char *message,
    const char *debug)
{
  post (GST_MESSAGE_WARNING, src, kind, message, debug);
}

void
gst_livekit_src_post_missing_decoder (gpointer src, const char *text)
{
  GstCaps *caps = gst_caps_from_string (text);

  gst_element_post_message (GST_ELEMENT (src),
      gst_missing_decoder_message_new (GST_ELEMENT (src), caps));
  gst_caps_unref (caps);
}

void
gst_livekit_src_post_progress (gpointer src, GstProgressType type, const char *code,
    const char *text)
{
  gst_element_post_message (GST_ELEMENT (src),
      gst_message_new_progress (GST_OBJECT (src), type, code, text));
}

void
gst_livekit_src_post_element (gpointer src, GstStructure *structure)
{
  gst_element_post_message (GST_ELEMENT (src),
      gst_message_new_element (GST_OBJECT (src), structure));
}

static gboolean
has_sticky (GstPad *pad, GstEventType type)
{
  GstEvent *event = gst_pad_get_sticky_event (pad, type, 0);

  if (event)
    gst_event_unref (event);
  return event != NULL;
}

void
gst_livekit_src_push_eos (gpointer src)
{
  GstPad *pad = GST_LIVEKIT_SRC (src)->srcpad;
  GstSegment segment;

  if (!has_sticky (pad, GST_EVENT_STREAM_START)) {
    gchar *id = gst_pad_create_stream_id (pad, GST_ELEMENT (src), NULL);
    GstEvent *event = gst_event_new_stream_start (id);

    gst_event_set_group_id (event, gst_util_group_id_next ());
    gst_pad_push_event (pad, event);
    g_free (id);
  }
  if (!has_sticky (pad, GST_EVENT_SEGMENT)) {
    gst_segment_init (&segment, GST_FORMAT_TIME);
    gst_pad_push_event (pad, gst_event_new_segment (&segment));
  }
  gst_pad_push_event (pad, gst_event_new_eos ());
}

gpointer
gst_livekit_src_pad (gpointer src)
{
  return GST_LIVEKIT_SRC (src)->srcpad;
}

gboolean
gst_livekit_src_log_enabled (gint level)
{
  return (GstDebugLevel) level <= gst_debug_category_get_threshold (gst_livekit_src_debug);
}

void
gst_livekit_src_log (gpointer src, gint level, const char *message)
{
  gst_debug_log (gst_livekit_src_debug, level, __FILE__, "run", __LINE__, src, "%s", message);
}
