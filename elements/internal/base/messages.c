/* What a run says on the bus. */
#include "private.h"

#include <gst/pbutils/missing-plugins.h>

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
gst_livekit_base_src_post_error (gpointer src, GstLivekitFailure kind, const char *message,
    const char *debug)
{
  post (GST_MESSAGE_ERROR, src, kind, message, debug);
}

void
gst_livekit_base_src_post_warning (gpointer src, GstLivekitFailure kind, const char *message,
    const char *debug)
{
  post (GST_MESSAGE_WARNING, src, kind, message, debug);
}

void
gst_livekit_base_src_post_missing_decoder (gpointer src, const char *text)
{
  GstCaps *caps = gst_caps_from_string (text);

  gst_element_post_message (GST_ELEMENT (src),
      gst_missing_decoder_message_new (GST_ELEMENT (src), caps));
  gst_caps_unref (caps);
}

void
gst_livekit_base_src_post_progress (gpointer src, GstProgressType type, const char *code,
    const char *text)
{
  gst_element_post_message (GST_ELEMENT (src),
      gst_message_new_progress (GST_OBJECT (src), type, code, text));
}

void
gst_livekit_base_src_post_element (gpointer src, GstStructure *structure)
{
  gst_element_post_message (GST_ELEMENT (src),
      gst_message_new_element (GST_OBJECT (src), structure));
}
