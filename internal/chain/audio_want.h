/* In which form the elements downstream of a pad want sound. */
#ifndef GST_LIVEKIT_AUDIO_WANT_H
#define GST_LIVEKIT_AUDIO_WANT_H

#include "downstream.h"

typedef struct {
  const char *encoded_caps; /* borrowed: fixed caps of the encoded stream */
  const char *raw_caps;     /* borrowed: what can be given as samples */
  gint rate, channels;      /* of the samples if downstream does not mind */
  gboolean raw, encoded;    /* whether these may be given */
} GstLivekitSound;

/* Returns fixed caps that the peer of `pad` takes, which the caller frees. Without
 * them it returns NULL, and in *complaint, borrowed, a sentence that says what to do, or
 * NULL if the peer takes neither. */
GstCaps *gst_livekit_audio_want (GstPad *pad, const GstLivekitSound *sound, const char **complaint);

#endif
