/* The provider. It joins no room before it is started, and none at all without LIVEKIT_ROOM. */
#include "gstlivekitdevices.h"

#include "_cgo_export.h"

GST_DEBUG_CATEGORY_STATIC (gst_livekit_devices_debug);

typedef struct {
  GstDeviceProvider parent;

  uintptr_t watch; /* cgo.Handle, 0 = none. GStreamer's lock of start and stop guards it */
} GstLivekitDeviceProvider;

typedef struct {
  GstDeviceProviderClass parent;
} GstLivekitDeviceProviderClass;

G_DEFINE_TYPE (GstLivekitDeviceProvider, gst_livekit_device_provider, GST_TYPE_DEVICE_PROVIDER)

static const char *
variable (const char *name)
{
  const char *text = g_getenv (name);

  return text && *text ? text : NULL;
}

/* Whether a room is named and this process can join it. */
static gboolean
is_configured (GstLivekitEnvironment *environment)
{
  environment->url = variable ("LIVEKIT_URL");
  environment->token = variable ("LIVEKIT_TOKEN");
  environment->api_key = variable ("LIVEKIT_API_KEY");
  environment->api_secret = variable ("LIVEKIT_API_SECRET");
  environment->room = variable ("LIVEKIT_ROOM");
  return environment->room && !gst_livekit_base_src_is_forked ();
}

static gboolean
start (GstDeviceProvider *provider)
{
  GstLivekitEnvironment environment;

  if (is_configured (&environment))
    ((GstLivekitDeviceProvider *) provider)->watch = livekitDevicesStart (provider, &environment);
  return TRUE;
}

static void
stop (GstDeviceProvider *provider)
{
  GstLivekitDeviceProvider *self = (GstLivekitDeviceProvider *) provider;

  if (self->watch && !gst_livekit_base_src_is_forked ())
    livekitDevicesStop (self->watch);
  self->watch = 0;
}

static GList *
probe (GstDeviceProvider *provider)
{
  GstLivekitEnvironment environment;

  return is_configured (&environment) ? livekitDevicesProbe (&environment) : NULL;
}

static void
gst_livekit_device_provider_class_init (GstLivekitDeviceProviderClass *klass)
{
  GstDeviceProviderClass *provider_class = GST_DEVICE_PROVIDER_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (gst_livekit_devices_debug, "livekitdevices", 0, "LiveKit devices");
  provider_class->start = start;
  provider_class->stop = stop;
  provider_class->probe = probe;
  gst_device_provider_class_set_static_metadata (provider_class, "LiveKit Device Provider",
      "Source/Video/Audio",
      "Lists the tracks of the LiveKit room that the environment names with LIVEKIT_ROOM",
      "The gst-livekit authors <https://github.com/gst-livekit/gst-livekit>");
}

static void
gst_livekit_device_provider_init (GstLivekitDeviceProvider *self)
{
}

/* The category of what Go logs. There is one as soon as there is a provider. */
GstDebugCategory *
gst_livekit_device_provider_category (void)
{
  return gst_livekit_devices_debug;
}

gboolean
gst_livekit_device_provider_register (GstPlugin *plugin)
{
  return gst_device_provider_register (plugin, "livekitdeviceprovider", GST_RANK_MARGINAL,
      gst_livekit_device_provider_get_type ());
}

gboolean
gst_livekit_device_provider_register_static (void)
{
  return gst_livekit_base_src_register_static ("livekitdevices",
      gst_livekit_device_provider_register);
}
