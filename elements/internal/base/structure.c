/* GstStructures, field by field: what Go cannot do, because the functions of
 * GStreamer take any number of arguments. */
#include "border.h"

void
gst_livekit_structure_set_string (GstStructure *structure, const char *field, const char *value)
{
  gst_structure_set (structure, field, G_TYPE_STRING, value, NULL);
}

void
gst_livekit_structure_set_boolean (GstStructure *structure, const char *field, gboolean value)
{
  gst_structure_set (structure, field, G_TYPE_BOOLEAN, value, NULL);
}

void
gst_livekit_structure_set_int (GstStructure *structure, const char *field, gint value)
{
  gst_structure_set (structure, field, G_TYPE_INT, value, NULL);
}

void
gst_livekit_structure_set_uint (GstStructure *structure, const char *field, guint value)
{
  gst_structure_set (structure, field, G_TYPE_UINT, value, NULL);
}

void
gst_livekit_structure_set_int64 (GstStructure *structure, const char *field, gint64 value)
{
  gst_structure_set (structure, field, G_TYPE_INT64, value, NULL);
}

void
gst_livekit_structure_set_uint64 (GstStructure *structure, const char *field, guint64 value)
{
  gst_structure_set (structure, field, G_TYPE_UINT64, value, NULL);
}

void
gst_livekit_structure_set_double (GstStructure *structure, const char *field, gdouble value)
{
  gst_structure_set (structure, field, G_TYPE_DOUBLE, value, NULL);
}

void
gst_livekit_structure_set_bytes (GstStructure *structure, const char *field, const void *data,
    gsize size)
{
  GBytes *bytes = g_bytes_new (data, size);

  gst_structure_set (structure, field, G_TYPE_BYTES, bytes, NULL);
  g_bytes_unref (bytes);
}

void
gst_livekit_structure_take_structure (GstStructure *structure, const char *field,
    GstStructure *taken)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, GST_TYPE_STRUCTURE);
  g_value_take_boxed (&value, taken);
  gst_structure_take_value (structure, field, &value);
}

static gboolean
append (GQuark field, const GValue *value, gpointer array)
{
  gst_value_array_append_value (array, value);
  return TRUE;
}

void
gst_livekit_structure_take_array (GstStructure *structure, const char *field, GstStructure *list)
{
  GValue array = G_VALUE_INIT;

  g_value_init (&array, GST_TYPE_ARRAY);
  gst_structure_foreach (list, append, &array);
  gst_structure_take_value (structure, field, &array);
  gst_structure_free (list);
}
