/* The border between an element's two halves.
 *
 * C owns the GObject: class, properties, pads, states, queries, messages. Go owns
 * one run of it, from READY to PAUSED until back in READY: room, track, packets.
 * C calls the functions that exports.go exports (livekitBaseRun...); Go calls those
 * below. A run is known to C by a runtime/cgo.Handle; Go borrows the element for
 * the run, which never outlives it. All functions are thread-safe.
 */
#ifndef GST_LIVEKIT_BORDER_H
#define GST_LIVEKIT_BORDER_H

#include "gstlivekitbasesrc.h"

G_BEGIN_DECLS

typedef enum {
  GST_LIVEKIT_ON_TRACK_LOST_WAIT,
  GST_LIVEKIT_ON_TRACK_LOST_EOS,
  GST_LIVEKIT_ON_TRACK_LOST_ERROR,
} GstLivekitOnTrackLost;

/* Numbers are caps.EncryptionPolicy's. */
typedef enum {
  GST_LIVEKIT_E2EE_POLICY_AUTO,
  GST_LIVEKIT_E2EE_POLICY_REQUIRED,
  GST_LIVEKIT_E2EE_POLICY_OPTIONAL,
} GstLivekitE2eePolicy;

typedef enum {
  GST_LIVEKIT_SYNC_AUTO,
  GST_LIVEKIT_SYNC_OFF,
} GstLivekitSync;

typedef enum {
  GST_LIVEKIT_ICE_TRANSPORT_POLICY_ALL,
  GST_LIVEKIT_ICE_TRANSPORT_POLICY_RELAY,
} GstLivekitIceTransportPolicy;

/* Numbers are room.State's. */
typedef enum {
  GST_LIVEKIT_CONNECTION_NEW,
  GST_LIVEKIT_CONNECTION_CONNECTING,
  GST_LIVEKIT_CONNECTION_CONNECTED,
  GST_LIVEKIT_CONNECTION_RECONNECTING,
  GST_LIVEKIT_CONNECTION_CLOSED,
} GstLivekitConnectionState;

/* The kinds of failure a user can meet; each is one GStreamer error code. */
typedef enum {
  GST_LIVEKIT_FAILURE_NOT_AUTHORIZED,
  GST_LIVEKIT_FAILURE_NOT_FOUND,
  GST_LIVEKIT_FAILURE_OPEN_READ,
  GST_LIVEKIT_FAILURE_READ,
  GST_LIVEKIT_FAILURE_SETTINGS,
  GST_LIVEKIT_FAILURE_DECODE,
  GST_LIVEKIT_FAILURE_DECRYPT,
  GST_LIVEKIT_FAILURE_CODEC_NOT_FOUND,
  GST_LIVEKIT_FAILURE_INTERNAL,
} GstLivekitFailure;

/* Posts an error or a warning; both strings are borrowed. */
void gst_livekit_base_src_post_error (gpointer src, GstLivekitFailure kind, const char *message,
    const char *debug);
void gst_livekit_base_src_post_warning (gpointer src, GstLivekitFailure kind, const char *message,
    const char *debug);

/* Posts the standard message that lets an application install a decoder. */
void gst_livekit_base_src_post_missing_decoder (gpointer src, const char *caps);

/* Posts a message about the progress of a task; the strings are borrowed. */
void gst_livekit_base_src_post_progress (gpointer src, GstProgressType type, const char *code,
    const char *text);

/* Posts an element message; takes the structure. */
void gst_livekit_base_src_post_element (gpointer src, GstStructure *structure);

/* What the application can read and be notified of. Infos are taken. The
 * application's handlers run in these calls: hold no lock. */
void gst_livekit_base_src_set_connection_state (gpointer src, GstLivekitConnectionState state);
void gst_livekit_base_src_take_participant_info (gpointer src, GstStructure *info);
void gst_livekit_base_src_take_track_info (gpointer src, GstStructure *info);

/* Emits track-subscribed or track-lost; likewise. */
void gst_livekit_base_src_emit_track (gpointer src, gboolean subscribed, const char *participant,
    const char *sid);

/* Pushes EOS, and before it the events it needs, on a pad that has no chain. May
 * block in downstream elements: never call it with a lock held. */
void gst_livekit_base_src_push_eos (gpointer src);

/* The pad that shows a chain; borrowed. */
gpointer gst_livekit_base_src_pad (gpointer src);

/* Logging in a category, level = GstDebugLevel. The object may be NULL. */
GstDebugCategory *gst_livekit_base_src_category (gpointer src);
gboolean gst_livekit_log_enabled (GstDebugCategory *category, gint level);
void gst_livekit_log (GstDebugCategory *category, gpointer object, gint level, const char *message);

G_END_DECLS

#endif
