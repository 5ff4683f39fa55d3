/* The device provider: the tracks of the room that the environment names, as devices.
 *
 * C owns the provider and its devices. Go owns a watch, from start to stop: it joins the room,
 * follows its tracks, and adds and removes devices. C knows a watch by a runtime/cgo.Handle.
 *
 * A file calls only files on the lines below its own, which internal/rules checks:
 *
 *   provider.c
 *   device.c
 */
#ifndef GST_LIVEKIT_DEVICES_H
#define GST_LIVEKIT_DEVICES_H

#include "../internal/base/gstlivekitbasesrc.h"

G_BEGIN_DECLS

/* What the environment says; each is NULL if it is not set, and borrowed. */
typedef struct {
  const char *url;
  const char *token;
  const char *api_key;
  const char *api_secret;
  const char *room;
} GstLivekitEnvironment;

/* device.c: a floating device. It takes the properties, which hold the strings room, participant
 * and track-sid. Name and caps are borrowed. */
GstDevice *gst_livekit_device_new (gboolean is_audio, const char *display_name, const char *caps,
    GstStructure *properties);

/* provider.c. Registers the provider: with the plugin that is being loaded, or as a static plugin
 * of this process. */
GstDebugCategory *gst_livekit_device_provider_category (void);
gboolean gst_livekit_device_provider_register (GstPlugin *plugin);
gboolean gst_livekit_device_provider_register_static (void);

G_END_DECLS

#endif
