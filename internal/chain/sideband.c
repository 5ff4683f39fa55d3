#include "sideband.h"

#define META_NAME "LiveKitFrameMeta"

static GQuark
tags_quark (void)
{
  return g_quark_from_static_string ("gst-livekit-tags");
}

/* A meta without tags does not depend on pixels: decoders and converters copy it. If
 * a program loads the plugin beside its own copy of this code, the meta is registered
 * already. */
void
gst_livekit_sideband_register (void)
{
  static const gchar *tags[] = { NULL };

  if (!gst_meta_get_info (META_NAME))
    gst_meta_register_custom (META_NAME, tags, NULL, NULL, NULL);
}

void
gst_livekit_sideband_init (GstLivekitSideband *sideband)
{
  sideband->orientation = -1;
  sideband->unix_reference = gst_caps_new_empty_simple ("timestamp/x-unix");
}

void
gst_livekit_sideband_clear (GstLivekitSideband *sideband)
{
  g_clear_pointer (&sideband->title, g_free);
  g_clear_pointer (&sideband->frame, gst_structure_free);
  gst_clear_caps (&sideband->unix_reference);
}

static GstPadProbeReturn
on_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstTagList *tags = gst_mini_object_steal_qdata (GST_MINI_OBJECT (info->data), tags_quark ());

  if (tags)
    gst_pad_push_event (pad, gst_event_new_tag (tags));
  return GST_PAD_PROBE_OK;
}

void
gst_livekit_sideband_watch (GstElement *element)
{
  GstPad *pad = gst_element_get_static_pad (element, "src");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, NULL, NULL);
  gst_object_unref (pad);
}

/* A title must not remain after its track has ended. */
static GstTagList *
merge_tags (const GstTagList *before, const GstTagList *news)
{
  GstTagList *merged = gst_tag_list_merge (before, news, GST_TAG_MERGE_REPLACE);

  if (gst_tag_list_get_tag_size (news, GST_TAG_IMAGE_ORIENTATION) > 0 &&
      gst_tag_list_get_tag_size (news, GST_TAG_TITLE) == 0)
    gst_tag_list_remove_tag (merged, GST_TAG_TITLE);
  return merged;
}

static GstPadProbeReturn
on_tags (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info), *before;
  GstTagList *tags, *known = NULL;

  if (GST_EVENT_TYPE (event) != GST_EVENT_TAG)
    return GST_PAD_PROBE_OK;
  gst_event_parse_tag (event, &tags);
  if (gst_tag_list_get_scope (tags) != GST_TAG_SCOPE_STREAM)
    return GST_PAD_PROBE_OK;
  before = gst_pad_get_sticky_event (pad, GST_EVENT_TAG, 0);
  if (before)
    gst_event_parse_tag (before, &known);
  GST_PAD_PROBE_INFO_DATA (info) = gst_event_new_tag (merge_tags (known, tags));
  gst_event_unref (event);
  gst_clear_event (&before);
  return GST_PAD_PROBE_OK;
}

void
gst_livekit_sideband_merge (GstPad *pad)
{
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_tags, NULL, NULL);
}

void
gst_livekit_sideband_set_title (GstLivekitSideband *sideband, const char *title)
{
  if (title && !*title)
    title = NULL;
  if (g_strcmp0 (title, sideband->title) == 0)
    return;
  g_free (sideband->title);
  sideband->title = g_strdup (title);
  sideband->changed = TRUE;
}

void
gst_livekit_sideband_set_frame (GstLivekitSideband *sideband,
    const GstLivekitFrameMetadata *metadata, const void *user_data, gsize size)
{
  GstStructure *frame = gst_structure_new_empty (META_NAME);

  if (metadata->has_user_timestamp)
    gst_structure_set (frame, "user-timestamp", G_TYPE_UINT64, metadata->user_timestamp, NULL);
  if (metadata->has_frame_id)
    gst_structure_set (frame, "frame-id", G_TYPE_UINT, metadata->frame_id, NULL);
  if (user_data) {
    GBytes *bytes = g_bytes_new (user_data, size);

    gst_structure_set (frame, "user-data", G_TYPE_BYTES, bytes, NULL);
    g_bytes_unref (bytes);
  }
  g_clear_pointer (&sideband->frame, gst_structure_free);
  sideband->frame = frame;
}

/* The values of GST_TAG_IMAGE_ORIENTATION: first flipped, then rotated. */
static const char *
orientation_name (gint orientation)
{
  static const char *names[] = {
    "rotate-0",
    "rotate-90",
    "rotate-180",
    "rotate-270",
    "flip-rotate-0",
    "flip-rotate-90",
    "flip-rotate-180",
    "flip-rotate-270",
  };

  return names[orientation % (gint) G_N_ELEMENTS (names)];
}

static void
attach_tags (GstLivekitSideband *sideband, GstBuffer *buffer, gint orientation)
{
  GstTagList *tags;

  if (orientation == sideband->orientation && !sideband->changed)
    return;
  sideband->orientation = orientation;
  sideband->changed = FALSE;
  tags = gst_tag_list_new_empty ();
  if (orientation >= 0)
    gst_tag_list_add (tags, GST_TAG_MERGE_REPLACE, GST_TAG_IMAGE_ORIENTATION,
        orientation_name (orientation), NULL);
  if (sideband->title)
    gst_tag_list_add (tags, GST_TAG_MERGE_REPLACE, GST_TAG_TITLE, sideband->title, NULL);
  gst_mini_object_set_qdata (GST_MINI_OBJECT (buffer), tags_quark (), tags,
      (GDestroyNotify) gst_tag_list_unref);
}

static void
attach_frame (GstLivekitSideband *sideband, GstBuffer *buffer)
{
  GstCustomMeta *meta;
  GstStructure *to;
  gint i;

  if (!sideband->frame)
    return;
  meta = gst_buffer_add_custom_meta (buffer, META_NAME);
  to = meta ? gst_custom_meta_get_structure (meta) : NULL;
  for (i = 0; to && i < gst_structure_n_fields (sideband->frame); i++) {
    const gchar *name = gst_structure_nth_field_name (sideband->frame, i);

    gst_structure_set_value (to, name, gst_structure_get_value (sideband->frame, name));
  }
}

void
gst_livekit_sideband_forget_frame (GstLivekitSideband *sideband)
{
  g_clear_pointer (&sideband->frame, gst_structure_free);
}

void
gst_livekit_sideband_attach (GstLivekitSideband *sideband, GstBuffer *buffer,
    const GstLivekitUnit *unit)
{
  attach_tags (sideband, buffer, unit->orientation);
  attach_frame (sideband, buffer);
  if (GST_CLOCK_TIME_IS_VALID (unit->capture_time))
    gst_buffer_add_reference_timestamp_meta (buffer, sideband->unix_reference, unit->capture_time,
        GST_CLOCK_TIME_NONE);
}
