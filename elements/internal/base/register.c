/* Registration, with a plugin file or in a program that links the elements. It keeps a program that
 * links one of the elements from having the others from a plugin file: there would be two classes
 * of one name, and no second element. */
#include "plugin.h"
#include "private.h"

/* Whether the class is that of another library of this process. */
static gboolean
is_taken (void)
{
  static gsize ours;

  if (g_once_init_enter (&ours))
    g_once_init_leave (&ours, g_type_from_name ("GstLivekitBaseSrc") ? 1 : 2);
  return ours == 1;
}

gboolean
gst_livekit_base_src_register (GstPlugin *plugin, const char *name, guint rank,
    GType (*get_type) (void))
{
  if (is_taken ()) {
    GST_ERROR ("%s is not registered: this process has LiveKit elements already, from the plugin "
               "file or linked into the program; link and register all that it uses, or none",
        name);
    return FALSE;
  }
  gst_livekit_base_src_watch_forks ();
  return gst_element_register (plugin, name, rank, get_type ());
}

gboolean
gst_livekit_base_src_register_static (const char *plugin, GstPluginInitFunc registers)
{
  return gst_plugin_register_static (GST_VERSION_MAJOR, GST_VERSION_MINOR, plugin,
      GST_LIVEKIT_DESCRIPTION, registers, GST_LIVEKIT_VERSION, GST_LIVEKIT_LICENSE,
      GST_LIVEKIT_PACKAGE, GST_LIVEKIT_PACKAGE, GST_LIVEKIT_ORIGIN);
}
