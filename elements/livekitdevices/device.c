/* A track as a device: it makes the element that receives it. */
#include "gstlivekitdevices.h"

typedef struct {
  GstDevice parent;
} GstLivekitDevice;

typedef struct {
  GstDeviceClass parent;
} GstLivekitDeviceClass;

G_DEFINE_TYPE (GstLivekitDevice, gst_livekit_device, GST_TYPE_DEVICE)

static const char *
factory_name (GstDevice *device)
{
  return gst_device_has_classes (device, "Audio") ? "livekitaudiosrc" : "livekitsrc";
}

/* Has an element receive the track of the device. Server and keys are not among what is set: the
 * element finds them in the environment, too. */
static void
choose (GstElement *element, const GstStructure *properties)
{
  g_signal_emit_by_name (element, "select", gst_structure_get_string (properties, "participant"),
      gst_structure_get_string (properties, "track-sid"));
}

static GstElement *
create_element (GstDevice *device, const gchar *name)
{
  GstElement *element = gst_element_factory_make (factory_name (device), name);
  GstStructure *properties;

  if (!element)
    return NULL;
  properties = gst_device_get_properties (device);
  g_object_set (element, "room", gst_structure_get_string (properties, "room"), NULL);
  choose (element, properties);
  gst_structure_free (properties);
  return element;
}

/* While an element plays, it can change to another track of its room. */
static gboolean
reconfigure_element (GstDevice *device, GstElement *element)
{
  GstElementFactory *factory = gst_element_get_factory (element);
  GstStructure *properties;
  const gchar *room;
  gchar *before;
  gboolean fine;

  if (!factory || !g_str_equal (GST_OBJECT_NAME (factory), factory_name (device)))
    return FALSE;
  properties = gst_device_get_properties (device);
  room = gst_structure_get_string (properties, "room");
  g_object_get (element, "room", &before, NULL);
  fine = GST_STATE (element) <= GST_STATE_READY || g_strcmp0 (before, room) == 0;
  if (fine) {
    g_object_set (element, "room", room, NULL);
    choose (element, properties);
  }
  g_free (before);
  gst_structure_free (properties);
  return fine;
}

static void
gst_livekit_device_class_init (GstLivekitDeviceClass *klass)
{
  GstDeviceClass *device_class = GST_DEVICE_CLASS (klass);

  device_class->create_element = create_element;
  device_class->reconfigure_element = reconfigure_element;
}

static void
gst_livekit_device_init (GstLivekitDevice *self)
{
}

GstDevice *
gst_livekit_device_new (gboolean is_audio, const char *display_name, const char *caps,
    GstStructure *properties)
{
  GstCaps *parsed = gst_caps_from_string (caps);
  GstDevice *device = g_object_new (gst_livekit_device_get_type (), "display-name", display_name,
      "device-class", is_audio ? "Audio/Source" : "Video/Source", "caps", parsed, "properties",
      properties, NULL);

  gst_caps_unref (parsed);
  gst_structure_free (properties);
  return device;
}
