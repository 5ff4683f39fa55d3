package play

/*
#cgo pkg-config: gstreamer-1.0
#include <gst/gst.h>
#include <stdlib.h>

// Takes their rank from the decoders of a media type, or gives back what it took.
static void
hide_decoders (const char *media_type, gboolean hide)
{
  static const char hidden[] = "play-hidden-rank";
  GstCaps *caps = gst_caps_new_empty_simple (media_type);
  GList *all = gst_element_factory_list_get_elements (
      GST_ELEMENT_FACTORY_TYPE_DECODER | GST_ELEMENT_FACTORY_TYPE_MEDIA_VIDEO, GST_RANK_NONE);
  GList *l;

  for (l = all; l; l = l->next) {
    GstPluginFeature *feature = GST_PLUGIN_FEATURE (l->data);

    if (!gst_element_factory_can_sink_any_caps (GST_ELEMENT_FACTORY (feature), caps))
      continue;
    if (hide) {
      g_object_set_data (G_OBJECT (feature), hidden,
          GUINT_TO_POINTER (gst_plugin_feature_get_rank (feature)));
      gst_plugin_feature_set_rank (feature, GST_RANK_NONE);
    } else {
      gst_plugin_feature_set_rank (feature,
          GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (feature), hidden)));
    }
  }
  gst_plugin_feature_list_free (all);
  gst_caps_unref (caps);
}

// Gives a feature a rank, and returns the one that it had.
static guint
set_rank (const char *name, guint rank)
{
  GstPluginFeature *feature = gst_registry_lookup_feature (gst_registry_get (), name);
  guint before = GST_RANK_NONE;

  if (feature) {
    before = gst_plugin_feature_get_rank (feature);
    gst_plugin_feature_set_rank (feature, rank);
    gst_object_unref (feature);
  }
  return before;
}
*/
import "C"

import (
	"testing"
	"unsafe"
)

// HideDecoders makes this process's GStreamer choose no decoder of a media type such as "video/x-vp8" until the test
// ends. No other test may run.
func HideDecoders(t testing.TB, mediaType string) {
	text := C.CString(mediaType)
	C.hide_decoders(text, 1)
	t.Cleanup(func() {
		C.hide_decoders(text, 0)
		C.free(unsafe.Pointer(text))
	})
}

// PreferDecoder puts a decoder in front of all others until the test ends, as GST_PLUGIN_FEATURE_RANK=name:MAX does. No
// other test may run.
func PreferDecoder(t testing.TB, name string) {
	const most = 1<<31 - 1
	text := C.CString(name)
	before := C.set_rank(text, most)
	t.Cleanup(func() {
		C.set_rank(text, before)
		C.free(unsafe.Pointer(text))
	})
}
