#ifndef GST_LIVEKIT_COLOUR_H
#define GST_LIVEKIT_COLOUR_H

#include <gst/gst.h>

/* The colorimetry that pictures of an encoded stream with these caps have where it
 * tells nothing: static. */
const char *gst_livekit_colour_untold (GstCaps *encoded);

/* Fills in what raw caps leave open, with the colorimetry `untold`. The caps are
 * writable. */
void gst_livekit_colour_complete (GstCaps *raw, const char *untold);

/* What a key frame of VP9 tells of its colours; the caller frees. NULL is nothing. */
gchar *gst_livekit_colour_of_vp9 (const guint8 *data, gsize size);

#endif
