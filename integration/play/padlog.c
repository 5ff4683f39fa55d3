#include "padlog.h"

#include <stdlib.h>
#include <string.h>

struct _PadLog {
  GstPad *pad; /* owned */
  gulong probe;
  GMutex lock;
  GString *lines;
  int count;
};

static void
write_line (PadLog *log, const char *kind, guint64 time, const char *text)
{
  g_mutex_lock (&log->lock);
  g_string_append_printf (log->lines, "%s\t%" G_GUINT64_FORMAT "\t%s\n", kind, time,
      text ? text : "");
  log->count++;
  g_mutex_unlock (&log->lock);
}

static void
write_buffer (PadLog *log, GstBuffer *buffer)
{
  GstCaps *unix_reference = gst_caps_new_empty_simple ("timestamp/x-unix");
  GstReferenceTimestampMeta *time =
      gst_buffer_get_reference_timestamp_meta (buffer, unix_reference);
  GstCustomMeta *meta = gst_buffer_get_custom_meta (buffer, "LiveKitFrameMeta");
  gchar *text;

  write_line (log, "buffer", GST_BUFFER_PTS (buffer),
      GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT) ? "delta" : NULL);
  if (time)
    write_line (log, "captured", time->timestamp, NULL);
  if (meta) {
    text = gst_structure_to_string (gst_custom_meta_get_structure (meta));
    write_line (log, "metadata", GST_BUFFER_PTS (buffer), text);
    g_free (text);
  }
  gst_caps_unref (unix_reference);
}

static void
write_event (PadLog *log, GstEvent *event)
{
  GstTagList *tags;
  GstCaps *caps;
  GstClockTime time, duration;
  gchar *text = NULL;

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_TAG:
      gst_event_parse_tag (event, &tags);
      text = gst_tag_list_to_string (tags);
      write_line (log, "tag", 0, text);
      break;
    case GST_EVENT_CAPS:
      gst_event_parse_caps (event, &caps);
      text = gst_caps_to_string (caps);
      write_line (log, "caps", 0, text);
      break;
    case GST_EVENT_GAP:
      gst_event_parse_gap (event, &time, &duration);
      text = g_strdup_printf ("%" G_GUINT64_FORMAT, duration);
      write_line (log, "gap", time, text);
      break;
    default:
      write_line (log, GST_EVENT_TYPE_NAME (event), 0, NULL);
  }
  g_free (text);
}

static GstPadProbeReturn
on_data (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  if (GST_IS_EVENT (info->data))
    write_event (data, GST_EVENT (info->data));
  else
    write_buffer (data, GST_BUFFER (info->data));
  return GST_PAD_PROBE_OK;
}

PadLog *
padlog_new (GstElement *element, const char *name)
{
  GstPad *pad = gst_element_get_static_pad (element, name);
  PadLog *log;

  if (!pad)
    return NULL;
  log = g_new0 (PadLog, 1);
  log->pad = pad;
  log->lines = g_string_new (NULL);
  g_mutex_init (&log->lock);
  log->probe = gst_pad_add_probe (pad,
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_data, log, NULL);
  return log;
}

char *
padlog_lines (PadLog *log, int known)
{
  char *lines = NULL;

  g_mutex_lock (&log->lock);
  if (log->count > known)
    lines = strdup (log->lines->str);
  g_mutex_unlock (&log->lock);
  return lines;
}

void
padlog_free (PadLog *log)
{
  gst_pad_remove_probe (log->pad, log->probe);
  gst_object_unref (log->pad);
  g_string_free (log->lines, TRUE);
  g_mutex_clear (&log->lock);
  g_free (log);
}
