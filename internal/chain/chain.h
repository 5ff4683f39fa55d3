/* The interface between Go and GStreamer on the media path.
 *
 * A chain is the GStreamer half of one received track:
 *
 *   source ! [parser] ! decoder ! videoconvert ! capsfilter ! (queue ! pad | appsink)
 *
 * or, in an element whose downstream takes the encoded stream,
 *
 *   source ! [parser] ! pad
 *
 * A chain for sound is given what leaves the pad: samples, or the packets of a codec.
 *
 *   source ! pad
 *
 * A chain has one of these forms for its whole life. When downstream changes between
 * raw and encoded video, or the decoder does not work, the chain is outdated: it gives
 * no more data, and the caller replaces it at the next key frame.
 *
 * Go calls C at most once per access unit and, in a Go program, once per decoded frame;
 * there is no call per packet, and decoded pixels are never copied. In an element that
 * keeps up, Go writes each unit into memory that both share, without a call (mail.h). C
 * calls Go only for rare events, not for frames: these are counted, and an eventfd wakes
 * the reader. C holds no Go pointer: `handle` is a runtime/cgo.Handle, and
 * livekitChainFreed() is called when C no longer uses it.
 */
#ifndef GST_LIVEKIT_CHAIN_H
#define GST_LIVEKIT_CHAIN_H

#include "mail.h"
#include "unit.h"

#include <gst/gst.h>
#include <gst/video/video.h>
#include <stdint.h>

G_BEGIN_DECLS

/* How many access units may wait for the decoder, 3 s at 30 a second, or for a slow
 * downstream that takes them without decoding, besides those that it holds back. When
 * there are more, units are refused and the caller must continue with a key frame. */
#define GST_LIVEKIT_CHAIN_MAX_BACKLOG 90

/* Units are also refused when one has waited for the decoder for this long, in ns, or
 * when the waiting units have this many bytes in total: 3 s at 85 Mbit/s. */
#define GST_LIVEKIT_CHAIN_MAX_BEHIND (3 * GST_SECOND)
#define GST_LIVEKIT_CHAIN_MAX_BYTES (32 << 20)

typedef struct _GstLivekitChain GstLivekitChain;

typedef struct {
  const char *encoded_caps;   /* borrowed: caps of the access units */
  const char *untouched_caps; /* borrowed: the same without decoding */
  const char *format;         /* borrowed: GStreamer raw format, NULL = downstream's choice */
  const char *raw_caps;       /* borrowed: every raw caps in system memory a chain may give */
  const char *stream_id;      /* borrowed: id of the stream-start event */
  const char *const *bad;     /* borrowed: decoders that do not work, NULL-terminated */
  guint64 latency;            /* ns, answered to the LATENCY query */
  guint64 after;              /* presentation times must be after this, or NONE */
  guint64 patience;           /* ns, how long to wait for the requested size */
  guint capacity;             /* decoded frames queued for a slow reader, 0 = no limit */
  const char *sound_caps;     /* borrowed: fixed caps of a chain for sound; NULL = for video */
  gboolean sound_forced;      /* sound: downstream does not choose between raw and encoded */
  guint64 sound_capacity;     /* ns of sound queued for a slow downstream; NONE = no limit */
  guint64 muxer_capacity;     /* likewise, if it is more, while a muxer does not take it */
  GstBin *parent;             /* borrowed: the element; NULL = create a pipeline */
  GstPad *ghost;              /* borrowed: the element's source pad for the chain's output */
  uintptr_t handle;           /* taken, also on failure: passed to each callback */
  int arrival;                /* borrowed: an eventfd, written to for each frame to be pulled */
} GstLivekitChainConfig;

typedef enum {
  GST_LIVEKIT_CHAIN_NO_DECODER = 1, /* no installed element decodes these caps */
  GST_LIVEKIT_CHAIN_NO_ELEMENT,     /* another element is missing: message names it */
  GST_LIVEKIT_CHAIN_NO_LINK,        /* elements did not link or start */
  GST_LIVEKIT_CHAIN_NOT_WANTED,     /* downstream takes neither the stream nor raw video */
  GST_LIVEKIT_CHAIN_UNSUITABLE,     /* downstream would fail with what it wants: message says why */
} GstLivekitChainError;

typedef enum {
  GST_LIVEKIT_PUSH_OK,
  GST_LIVEKIT_PUSH_FULL,     /* too much is waiting; the unit was refused */
  GST_LIVEKIT_PUSH_STOPPED,  /* no clock, flushing or after EOS; the unit was refused */
  GST_LIVEKIT_PUSH_LEAKED,   /* sound: the piece was taken, and as much that waited was dropped */
  GST_LIVEKIT_PUSH_OUTDATED, /* see gst_livekit_chain_outdated(); the unit was refused */
} GstLivekitPushResult;

/* What to do about a chain whose elements could not continue with the stream. */
typedef enum {
  GST_LIVEKIT_STUMBLED_SILENT, /* report nothing, and try the next key frame */
  GST_LIVEKIT_STUMBLED_WARN,   /* warn the user about the stream */
  GST_LIVEKIT_STUMBLED_FAILED, /* the decoder has failed too often and is not used again */
} GstLivekitStumbled;

/* One decoded frame, mapped for reading. Planes stay valid until it is freed. */
typedef struct {
  GstVideoFrame video;
  guint64 pts; /* ns, running time */
  guint n_planes;
  gsize plane_size[GST_VIDEO_MAX_PLANES]; /* bytes from the first to the last pixel */
} GstLivekitFrame;

/* Builds, adds and starts a chain. Returns NULL and sets *error (domain
 * gst_livekit_chain_error_quark(), a GstLivekitChainError) on failure. */
GstLivekitChain *gst_livekit_chain_new (const GstLivekitChainConfig *config, GError **error);

/* Loads the decoder's plugin, which takes time, so that a later
 * gst_livekit_chain_new() for these caps is faster. */
void gst_livekit_chain_preload (const char *encoded_caps);

/* Stops and removes the chain. No callback begins afterwards, but one that was called
 * because of an event from downstream may still be running. Waits for the streaming
 * threads: the caller must hold no lock that a callback takes. */
void gst_livekit_chain_stop (GstLivekitChain *chain);

/* A stopped chain is freed with its last reference. The caller of _new() owns one,
 * and each callback holds one while it runs. Frames that were pulled stay valid.
 * References must not be released while holding a lock that an element of the chain
 * takes. */
GstLivekitChain *gst_livekit_chain_ref (GstLivekitChain *chain);
void gst_livekit_chain_unref (GstLivekitChain *chain);

/* Copies one access unit of `size` bytes (borrowed, as is `unit`) into the chain. Its
 * timestamps are running times. Returns its PTS in *pts, and in *behind, in ns, how
 * long the unit has waited that is decoded next. Never blocks. First frees
 * `returned`, which may be NULL, because the decoder may need its memory. */
GstLivekitPushResult gst_livekit_chain_push (GstLivekitChain *chain, const void *data, gsize size,
    const GstLivekitUnit *unit, GstLivekitFrame *returned, guint64 *pts, gint64 *behind);

/* Copies one piece of sound, samples or a packet, into a chain for sound. Never blocks. */
GstLivekitPushResult gst_livekit_chain_push_sound (GstLivekitChain *chain, const guint8 *data,
    gsize size, const GstLivekitSoundPiece *piece);

/* Sends a GAP event after what was pushed, in running time, to a chain for sound. */
void gst_livekit_chain_push_gap (GstLivekitChain *chain, guint64 pts, guint64 duration);

/* Sets the frame metadata of the next unit; `user_data` (borrowed) may be NULL. Only
 * for a chain with a pad, and for the thread that pushes. */
void gst_livekit_chain_describe (GstLivekitChain *chain, const GstLivekitFrameMetadata *metadata,
    const void *user_data, gsize size);

/* Where Go may put the next unit itself. It is valid for as long as the chain. */
GstLivekitMail *gst_livekit_chain_mail (GstLivekitChain *chain);

/* The highest PTS so far, GST_CLOCK_TIME_NONE before the first unit. */
guint64 gst_livekit_chain_last (GstLivekitChain *chain);

/* Sets the title tag, NULL = none (borrowed). Only for the thread that pushes. */
void gst_livekit_chain_set_title (GstLivekitChain *chain, const char *title);

/* Sends a GAP event downstream, from one moment to another. Only for a chain with a
 * pad, and not during a push. Does not wait for downstream. */
void gst_livekit_chain_gap (GstLivekitChain *chain, gint64 from, gint64 to);

/* Sets the size of the next units. A stream that is neither decoded nor parsed needs
 * it in its caps. Only for the thread that pushes. */
void gst_livekit_chain_set_size (GstLivekitChain *chain, guint width, guint height);

/* Whether another chain must replace this one. Only for the thread that pushes. The
 * answer can change back when downstream changes again. */
gboolean gst_livekit_chain_outdated (GstLivekitChain *chain);

/* Sends EOS after what was pushed. FALSE: the chain has failed and cannot. */
gboolean gst_livekit_chain_end (GstLivekitChain *chain);

/* Changes the answer to the LATENCY query, in ns, and notifies the pipeline. */
void gst_livekit_chain_set_latency (GstLivekitChain *chain, guint64 latency);

/* Says by how much the units are shown later than the latency explains, in ns: so much
 * more of them is kept for a sink that follows the clock. */
void gst_livekit_chain_set_delay (GstLivekitChain *chain, guint64 delay);

/* Takes the oldest decoded frame; NULL if there is none. Only for a chain without a
 * parent, and for one thread at a time. The caller frees the frame, by
 * gst_livekit_frame_free() or as `returned`, which this function frees first and
 * which may be NULL. */
GstLivekitFrame *gst_livekit_chain_pull (GstLivekitChain *chain, GstLivekitFrame *returned);

/* Frees a frame, from any thread, also after its chain was freed. */
void gst_livekit_frame_free (GstLivekitFrame *frame);

/* Counts the frames that could be pulled so far, including those that were dropped
 * later. Read it atomically; it is valid for as long as the chain. */
const gint *gst_livekit_chain_arrived (GstLivekitChain *chain);

/* The decoder's factory name, owned by the chain; NULL if the stream is not decoded. */
const char *gst_livekit_chain_decoder (GstLivekitChain *chain);

/* Frames that came out of the decoder, and those dropped because the reader was slow. */
void gst_livekit_chain_counts (GstLivekitChain *chain, guint64 *decoded, guint64 *dropped);

/* Units that were dropped before the decoder because a key frame outran them. */
guint64 gst_livekit_chain_outrun_units (GstLivekitChain *chain);

GQuark gst_livekit_chain_error_quark (void);

/* Initialises GStreamer once for a program that has not done so. */
gboolean gst_livekit_init (GError **error);

G_END_DECLS

#endif
