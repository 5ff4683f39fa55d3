/* The border between Go and GStreamer on the media path.
 *
 * A chain is the GStreamer half of one received track:
 *
 *   appsrc ! [parser] ! decoder ! videoconvert ! capsfilter ! (queue ! pad | appsink)
 *
 * or, in an element whose downstream takes the encoded stream itself,
 *
 *   appsrc ! [parser] ! queue ! pad
 *
 * A chain is one or the other for life. When downstream changes its mind, or the
 * decoder turns out not to work, it is outdated: it gives nothing more, and the
 * caller puts another one in its place at the next key frame.
 *
 * What crosses this border is one call per access unit in and, for a Go
 * program, one call per frame out; never a call per packet, never a copy of
 * decoded pixels. Go is called for what is rare, and not for frames: those are
 * counted, and an eventfd wakes the reader. C holds no Go pointer: `handle` is a
 * runtime/cgo.Handle, and livekitChainFreed() is called when C is done with it.
 */
#ifndef GST_LIVEKIT_CHAIN_H
#define GST_LIVEKIT_CHAIN_H

#include <gst/gst.h>
#include <gst/video/video.h>
#include <stdint.h>

G_BEGIN_DECLS

/* Access units that may wait for the decoder, 3 s at 30 a second, or for a slow
 * downstream that takes them untouched. Beyond that they do not keep up, and the
 * caller must go on at a key frame. */
#define GST_LIVEKIT_CHAIN_MAX_BACKLOG 90

/* Neither do they when a unit has waited for the decoder for so long, in ns, or when
 * those that wait have so many bytes: 3 s of 85 Mbit/s. */
#define GST_LIVEKIT_CHAIN_MAX_BEHIND (3 * GST_SECOND)
#define GST_LIVEKIT_CHAIN_MAX_BYTES (32 << 20)

typedef struct _GstLivekitChain GstLivekitChain;

typedef struct {
  const char *encoded_caps;   /* borrowed: caps of the access units */
  const char *untouched_caps; /* borrowed: the same, where nothing decodes them */
  const char *format;         /* borrowed: GStreamer raw format, NULL = downstream's choice */
  const char *raw_caps;       /* borrowed: every raw caps in system memory a chain may give */
  const char *stream_id;      /* borrowed: id of the stream-start event */
  const char *const *bad;     /* borrowed: decoders that are known to fail, NULL-terminated */
  guint64 latency;            /* ns, answered to the LATENCY query */
  guint64 after;              /* a time that presentation times come after, or NONE */
  guint64 patience;           /* ns, for which a stream waits to begin in the size asked for */
  guint capacity;             /* decoded frames kept for a slow consumer, 0 = no limit */
  GstBin *parent;             /* borrowed: the element; NULL = a pipeline of its own */
  GstPad *ghost;              /* borrowed: the element's pad that shows the chain's output */
  uintptr_t handle;           /* taken, also on failure: given back in each callback */
  int arrival;                /* borrowed: an eventfd, written to for each frame to be pulled */
} GstLivekitChainConfig;

typedef enum {
  GST_LIVEKIT_CHAIN_NO_DECODER = 1, /* nothing installed decodes these caps */
  GST_LIVEKIT_CHAIN_NO_ELEMENT,     /* a plain element is missing: message names it */
  GST_LIVEKIT_CHAIN_NO_LINK,        /* elements did not link or start */
  GST_LIVEKIT_CHAIN_NOT_WANTED,     /* downstream takes neither the stream nor raw video */
  GST_LIVEKIT_CHAIN_UNSUITABLE, /* downstream cannot go on with what it wants: message says why */
} GstLivekitChainError;

typedef enum {
  GST_LIVEKIT_PUSH_OK,
  GST_LIVEKIT_PUSH_FULL,     /* backlog: not taken */
  GST_LIVEKIT_PUSH_STOPPED,  /* no clock, flushing or after EOS: not taken */
  GST_LIVEKIT_PUSH_OUTDATED, /* as gst_livekit_chain_outdated() says: not taken */
} GstLivekitPushResult;

/* What is to be done about a chain whose elements could not go on with the stream. */
typedef enum {
  GST_LIVEKIT_STUMBLED_SILENT, /* nothing is said: the next key frame tells */
  GST_LIVEKIT_STUMBLED_WARN,   /* the user is warned of the stream */
  GST_LIVEKIT_STUMBLED_FAILED, /* it was the decoder once too often */
} GstLivekitStumbled;

/* What is known about one access unit beside its bytes. */
typedef struct {
  gint64 due;    /* the moment it is to be shown, in ns on g_get_monotonic_time()'s clock */
  gint64 decode; /* the moment it is to be decoded, likewise */
  gboolean key_frame;
  gboolean discont;
  gboolean outruns;                /* what waits for the decoder is dropped; only for a key frame */
  guint64 capture_time;            /* ns since the Unix epoch, GST_CLOCK_TIME_NONE = unknown */
  gint orientation;                /* quarter turns clockwise, plus 4 when mirrored before them */
  GstVideoColorimetry colorimetry; /* told by a key frame, but not by its decoder */
} GstLivekitUnit;

/* What the publisher attached to one access unit. */
typedef struct {
  guint64 user_timestamp;
  guint32 frame_id;
  gboolean has_user_timestamp, has_frame_id;
} GstLivekitFrameMetadata;

/* One decoded frame, mapped for reading. Planes stay valid until it is freed. */
typedef struct {
  GstVideoFrame video;
  guint64 pts; /* ns, running time */
  guint n_planes;
  gsize plane_size[GST_VIDEO_MAX_PLANES]; /* bytes from the first to the last pixel */
} GstLivekitFrame;

/* Builds, adds and starts a chain. Returns NULL and sets *error (domain
 * gst_livekit_chain_error_quark(), a GstLivekitChainError) when it cannot. */
GstLivekitChain *gst_livekit_chain_new (const GstLivekitChainConfig *config, GError **error);

/* Makes a later gst_livekit_chain_new() for these caps faster. Takes the time that
 * loading a plugin takes. */
void gst_livekit_chain_preload (const char *encoded_caps);

/* Stops and removes the chain; no callback begins after it, but one that was called
 * for an event from downstream may still be under way. It waits for the streaming
 * threads: the caller must hold no lock that a callback takes. */
void gst_livekit_chain_stop (GstLivekitChain *chain);

/* A stopped chain is freed with its last reference, of which the caller of _new() has
 * one, and each callback while it runs. Frames that were pulled stay valid. None is given
 * up with a lock held that an element of the chain takes. */
GstLivekitChain *gst_livekit_chain_ref (GstLivekitChain *chain);
void gst_livekit_chain_unref (GstLivekitChain *chain);

/* Copies one access unit of `size` bytes (borrowed, as is `unit`) into the chain.
 * Its timestamps are the running times of its moments; that of presentation is
 * returned in *pts, and how long the unit has waited that is the next to be decoded,
 * in *behind, in ns. Never blocks. Before that it frees `returned`, which may be
 * NULL: the decoder may need its memory. */
GstLivekitPushResult gst_livekit_chain_push (GstLivekitChain *chain, const void *data, gsize size,
    const GstLivekitUnit *unit, GstLivekitFrame *returned, guint64 *pts, gint64 *behind);

/* Says what the publisher attached to the next unit; `user_data` (borrowed) is NULL
 * when there is none. Only for a chain with a pad, and for the thread that pushes. */
void gst_livekit_chain_describe (GstLivekitChain *chain, const GstLivekitFrameMetadata *metadata,
    const void *user_data, gsize size);

/* Sets the title tag, NULL = none (borrowed). Only for the thread that pushes. */
void gst_livekit_chain_set_title (GstLivekitChain *chain, const char *title);

/* Tells downstream that nothing was shown between two moments and that the stream
 * goes on. Only for a chain with a pad; not beside a push. Does not wait for
 * downstream. */
void gst_livekit_chain_gap (GstLivekitChain *chain, gint64 from, gint64 to);

/* Says what size the next units have, until it is called again. A stream that stays
 * untouched and has no parser needs it in its caps. Only for the thread that pushes. */
void gst_livekit_chain_set_size (GstLivekitChain *chain, guint width, guint height);

/* Whether another chain must take this one's place. Only for the thread that
 * pushes. A chain that was unwanted for a while may be wanted again. */
gboolean gst_livekit_chain_outdated (GstLivekitChain *chain);

/* Ends the stream after what was pushed. FALSE: the chain has failed and cannot. */
gboolean gst_livekit_chain_end (GstLivekitChain *chain);

/* Changes the answer to the LATENCY query, in ns, and tells the pipeline. */
void gst_livekit_chain_set_latency (GstLivekitChain *chain, guint64 latency);

/* Takes the oldest decoded frame; NULL when there is none. Only for a chain
 * without a parent. The caller frees it, with any of the functions that do. This
 * one frees `returned`, which may be NULL. For one thread at a time. */
GstLivekitFrame *gst_livekit_chain_pull (GstLivekitChain *chain, GstLivekitFrame *returned);

/* Frees a frame, from any thread, also after its chain. */
void gst_livekit_frame_free (GstLivekitFrame *frame);

/* Where the frames are counted that there were to pull so far, those that have been
 * dropped since among them. It is atomic, and lives as long as the chain. */
const gint *gst_livekit_chain_arrived (GstLivekitChain *chain);

/* The decoder's factory name, owned by the chain; NULL when nothing is decoded. */
const char *gst_livekit_chain_decoder (GstLivekitChain *chain);

/* Frames that came out of the decoder, and those dropped for a slow consumer. */
void gst_livekit_chain_counts (GstLivekitChain *chain, guint64 *decoded, guint64 *dropped);

/* Units that were dropped before the decoder, by key frames that outran them. */
guint64 gst_livekit_chain_outrun_units (GstLivekitChain *chain);

GQuark gst_livekit_chain_error_quark (void);

/* Initialises GStreamer once for a program that has not done so. */
gboolean gst_livekit_init (GError **error);

G_END_DECLS

#endif
