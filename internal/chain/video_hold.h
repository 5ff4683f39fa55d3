/* Keeps an untouched stream back while the server sends another layer than the one
 * that was asked for: a file has the size that it begins with. */
#ifndef GST_LIVEKIT_HOLD_H
#define GST_LIVEKIT_HOLD_H

#include "life.h"

/* Watches a source pad whose caps tell the size. What comes with a size that Go does
 * not want is dropped until one comes that it wants, or until the first key frame after
 * `patience` (ns); then everything passes for good. */
void gst_livekit_hold_install (GstPad *pad, GstLivekitLife *life, GstClockTime patience);

#endif
