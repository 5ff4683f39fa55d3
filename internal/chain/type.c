#include "type.h"

#include <string.h>

GType
gst_livekit_type_register (GType parent, const char *name, const GTypeInfo *info)
{
  gchar *type_name = g_strdup (name), *factory;
  GType type;
  guint n;

  for (n = 2; g_type_from_name (type_name) != 0; n++) {
    g_free (type_name);
    type_name = g_strdup_printf ("%s%u", name, n);
  }
  type = g_type_register_static (parent, type_name, info, 0);
  factory = g_ascii_strdown (type_name + strlen ("Gst"), -1);
  gst_element_register (NULL, factory, GST_RANK_NONE, type);
  g_free (factory);
  g_free (type_name);
  return type;
}
