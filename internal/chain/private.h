/* What the files of one chain share.
 *
 * A file calls only files on the lines below its own, which internal/rules checks:
 *
 *   chain.c
 *   build.c, bin.c
 *   backlog.c
 *   output.c
 *   events.c, failure.c, video_hold.c
 *   gate.c, video_discont.c
 *   renegotiate.c
 *   downstream.c
 *   life.c
 *   state.c
 *   timing.c, sideband.c, sticky.c, video_decoder.c, video_want.c
 *   video_alpha.c, video_capsevent.c, video_colour.c, video_threads.c
 *   video_size.c
 */
#ifndef GST_LIVEKIT_CHAIN_PRIVATE_H
#define GST_LIVEKIT_CHAIN_PRIVATE_H

#include "chain.h"
#include "downstream.h"
#include "life.h"
#include "output.h"
#include "sideband.h"
#include "timing.h"

#include <gst/app/app.h>

/* Of an untouched stream that is kept back; only the streaming thread uses it. */
typedef struct {
  gint64 patience; /* in microseconds */
  gint64 end;      /* of it, on g_get_monotonic_time()'s clock */
  gint64 until;    /* that moment, or 0 for at once: the size is wanted */
  gboolean keeping;
  gboolean asked; /* for the key frame that ends it */
  gboolean open;  /* for good */
} GstLivekitHold;

struct _GstLivekitChain {
  gint refs; /* atomic: the caller's, and one for each callback that runs */
  void (*free) (GstLivekitChain *chain);
  GstLivekitLife *life; /* owned: what callbacks hold */
  GstElement *bin;      /* owned: everything below lives in it */
  GstAppSrc *appsrc;    /* borrowed from bin */
  GstElement *decoder;  /* borrowed from bin; NULL when the stream stays untouched */
  GstElement *parser;   /* borrowed from bin; NULL when there is none */
  GstElement *last;     /* borrowed from bin: what the queue or the appsink follows */
  gchar *stream_id;
  gchar *media_type;                /* of the access units */
  GstBin *parent;                   /* owned: the element, or our own pipeline */
  GstPad *ghost;                    /* owned: the element's pad, or NULL */
  GstLivekitDownstream *downstream; /* of ghost, which owns it, or NULL */
  GstLivekitOutput output;
  GstLivekitHold hold;
  gulong gate;     /* the probe of ghost, or 0 */
  gboolean closed; /* the gate: downstream has no caps; only the streaming thread uses it */
  gboolean fed;    /* the gate: caps have passed; likewise */
  gboolean begins; /* the gate: a key frame has to come first; likewise */
  gboolean asked;  /* the gate: for that key frame; likewise */
  gint settled;    /* atomic: how often downstream had changed when it last took the caps */
  gint kept;       /* atomic: buffers that it did not want */
  uintptr_t handle;

  /* Of a chain that decodes. */
  GstElement *filter; /* borrowed from bin: what is converted to */
  GstCaps *encoded;   /* owned: what the decoder was chosen for */
  GstCaps *raw;       /* owned: what filter lets through in system memory */
  gboolean open;      /* downstream chooses the format */
  gboolean scales;    /* the converter can change the size */
  gchar **bad;        /* owned: decoders that had failed before, NULL-terminated */
  gint announced;     /* atomic: the decoder has sent caps */
  gint accepted;      /* atomic: a frame followed the last of them */
  gint decoded;       /* atomic: frames out of the decoder */
  gint outrun;        /* atomic: units that a key frame dropped */
  gint outrunning;    /* atomic: units before `resumes` are dropped */
  gint unwanted;      /* atomic: downstream wants what this chain cannot give */

  /* Only used by the one goroutine that pushes. */
  GstLivekitTiming timing;
  GstLivekitSideband sideband;
  gint64 taken[GST_LIVEKIT_CHAIN_MAX_BACKLOG]; /* when units were, a ring */
  guint64 n_taken;
  guint64 n_outrun;    /* those of them that were dropped by a key frame, or are about to be */
  GstCaps *sizeless;   /* owned: caps to put the size into, NULL = a parser does it */
  guint width, height; /* that were put into them */
  GstVideoColorimetry colorimetry; /* likewise */

  GMutex lock;                        /* guards what follows; nothing is called with it held */
  GstClockTime resumes;               /* DTS of a key frame that the decoder goes on with */
  gint width_decoded, height_decoded; /* of the pictures, 0 before the first */
  GstClockTime disconts[8];           /* of units behind a gap whose pictures have not come */
  gint n_disconts;                    /* read atomically without the lock, too */
  gboolean ended;                     /* gst_livekit_chain_end() was called */
  gboolean failed; /* or stopped: nothing comes through any more, and another chain can go on */
};

/* state.c: whether it has failed for good. _fail() is FALSE when the stream has ended:
 * then no other chain will come. */
gboolean gst_livekit_chain_has_failed (GstLivekitChain *chain);
gboolean gst_livekit_chain_fail (GstLivekitChain *chain);
void gst_livekit_chain_set_failed (GstLivekitChain *chain);

/* state.c: whether its streaming threads have paused without an error: an element behind
 * the pad was not running, or was stopped with data in it. Others may be linked there. */
gboolean gst_livekit_chain_has_paused (GstLivekitChain *chain);

/* state.c: adds a new element to the chain, borrowed; NULL with *error set. */
GstElement *gst_livekit_chain_add (GstLivekitChain *chain, const char *factory, const char *name,
    GError **error);

/* video_discont.c: notes that something is missing before the unit with that time. */
void gst_livekit_chain_note_discont (GstLivekitChain *chain, GstClockTime pts);

/* video_discont.c: flags the first picture that comes behind what is missing. */
void gst_livekit_chain_mark_discont (GstLivekitChain *chain, GstPadProbeInfo *info);

/* backlog.c: whether those that wait leave room for a unit of `size` bytes, and in
 * *behind how long the next of them has waited, in ns. */
gboolean gst_livekit_chain_has_room (GstLivekitChain *chain, const GstLivekitUnit *unit, gsize size,
    gint64 *behind);

/* backlog.c: has what waits for the decoder dropped, before the key frame with a DTS. */
void gst_livekit_chain_outrun (GstLivekitChain *chain, GstClockTime dts);

/* backlog.c: a probe of what leaves appsrc. */
GstPadProbeReturn gst_livekit_chain_on_unit (GstLivekitChain *chain, GstPad *pad,
    GstPadProbeInfo *info);

/* renegotiate.c: tells the converter what it may convert to. */
void gst_livekit_chain_set_output_caps (GstLivekitChain *chain);

/* renegotiate.c: says which size the decoder gives from now on. */
void gst_livekit_chain_set_decoded_size (GstLivekitChain *chain, gint width, gint height);

/* renegotiate.c: whether the converter has to be one that can change the size, where
 * downstream takes these caps: it lets no memory pass but the system's. NULL is a chain
 * without a pad. */
gboolean gst_livekit_chain_should_scale (GstLivekitChain *chain, GstCaps *taken);

/* renegotiate.c: whether they are what the chain gives, raw or untouched; likewise. */
gboolean gst_livekit_chain_is_wanted (GstLivekitChain *chain, GstCaps *taken);

/* renegotiate.c: adapts the chain whenever downstream changes, from now on. */
void gst_livekit_chain_follow_downstream (GstLivekitChain *chain);

/* gate.c: has what leaves a chain in an element kept back where downstream does not want it. */
void gst_livekit_chain_install_gate (GstLivekitChain *chain);
void gst_livekit_chain_remove_gate (GstLivekitChain *chain);

/* gate.c: whether a renegotiation is under way: downstream may not take the present caps. */
gboolean gst_livekit_chain_is_suspect (GstLivekitChain *chain);

/* failure.c: looks at each message of the chain's elements first, and takes what the
 * chain deals with itself. */
gboolean gst_livekit_chain_take_message (GstLivekitChain *chain, GstMessage *message);

/* failure.c: tells Go what comes over the bus of our own pipeline. */
void gst_livekit_chain_report (GstLivekitChain *chain, GstMessage *message);

/* failure.c: warns that a decoder does not work, and has Go remember that. It is a
 * GstLivekitDecoderFailed. */
void gst_livekit_chain_decoder_failed (const char *decoder, const char *reason, const char *next,
    gpointer chain);

/* events.c: a probe of upstream events. A key frame that is wanted becomes a PLI. */
GstPadProbeReturn gst_livekit_chain_on_key_frame_event (GstLivekitChain *chain, GstPad *pad,
    GstPadProbeInfo *info);

/* events.c: probes of what leaves appsrc, of what leaves the decoder, and of events on
 * the pad that pictures of their own size leave through. */
GstPadProbeReturn gst_livekit_chain_on_downstream_event (GstLivekitChain *chain, GstPad *pad,
    GstPadProbeInfo *info);
GstPadProbeReturn gst_livekit_chain_on_decoded (GstLivekitChain *chain, GstPad *pad,
    GstPadProbeInfo *info);
GstPadProbeReturn gst_livekit_chain_on_sized_event (GstLivekitChain *chain, GstPad *pad,
    GstPadProbeInfo *info);

/* video_hold.c: a probe where caps tell the size. What comes with a size that Go does not want
 * is dropped until one comes that it wants, or until the first key frame after the
 * chain's patience; then everything passes for good. */
GstPadProbeReturn gst_livekit_chain_on_held (GstLivekitChain *chain, GstPad *pad,
    GstPadProbeInfo *info);

/* build.c: makes the elements for what downstream wants now. */
gboolean gst_livekit_chain_build (GstLivekitChain *chain, const GstLivekitChainConfig *config,
    GError **error);

#endif
