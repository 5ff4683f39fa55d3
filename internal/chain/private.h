/* What the files of one chain share.
 *
 * A file calls only files on the lines below its own, which internal/rules checks:
 *
 *   chain.c
 *   build.c, bin.c
 *   push.c
 *   backlog.c
 *   output.c
 *   events.c, failure.c, video_hold.c
 *   gate.c, video_discont.c
 *   renegotiate.c
 *   audio_want.c
 *   downstream.c
 *   life.c
 *   state.c
 *   source.c, timing.c, sideband.c, sticky.c, video_decoder.c, want.c
 *   mail.c, type.c, video_alpha.c, video_capsevent.c, video_colour.c, video_threads.c
 *   video_size.c
 */
#ifndef GST_LIVEKIT_CHAIN_PRIVATE_H
#define GST_LIVEKIT_CHAIN_PRIVATE_H

#include "chain.h"
#include "downstream.h"
#include "life.h"
#include "output.h"
#include "sideband.h"
#include "source.h"
#include "timing.h"

#include <gst/app/app.h>

/* State of video_hold.c; only the streaming thread uses it. */
typedef struct {
  gint64 patience; /* in microseconds */
  gint64 end;      /* when patience ends, on g_get_monotonic_time()'s clock */
  gint64 until;    /* hold until then; 0 when the requested size has arrived */
  gboolean keeping;
  gboolean asked; /* a key frame was requested that ends the hold */
  gboolean open;  /* everything passes from now on */
} GstLivekitHold;

struct _GstLivekitChain {
  gint refs; /* atomic: one for the caller, and one for each running callback */
  void (*free) (GstLivekitChain *chain);
  GstLivekitLife *life;     /* owned: callbacks hold it instead of the chain */
  GstElement *bin;          /* owned: contains all elements below */
  GstLivekitSource *source; /* borrowed from bin */
  GstElement *decoder;      /* borrowed from bin; NULL if the stream is not decoded */
  GstElement *parser;       /* borrowed from bin; NULL when there is none */
  GstElement *last;         /* borrowed from bin: the element in front of the queue or appsink */
  gchar *stream_id;
  gchar *media_type;                /* of the access units */
  GstBin *parent;                   /* owned: the element, or our own pipeline */
  GstPad *ghost;                    /* owned: the element's pad, or NULL */
  GstLivekitDownstream *downstream; /* borrowed from ghost; NULL without one */
  GstLivekitOutput output;
  GstLivekitHold hold;
  gulong gate;     /* the id of the gate's probe on ghost, or 0 */
  gboolean closed; /* gate: downstream has no caps; only the streaming thread uses it */
  gboolean fed;    /* gate: caps have passed once; likewise */
  gboolean begins; /* gate: drops everything up to a key frame; likewise */
  gboolean asked;  /* gate: has requested that key frame; likewise */
  gint settled;    /* atomic: the change of downstream after which it last accepted the caps */
  gint kept;       /* atomic: buffers that the gate dropped */
  uintptr_t handle;

  GstCaps *sound;              /* owned: the caps of a chain for sound, NULL = for video */
  GstClockTime muxer_capacity; /* for sound, see GstLivekitChainConfig */
  gboolean samples;            /* a chain for sound is given samples */

  /* Only for a chain that decodes. */
  GstElement *filter; /* borrowed from bin: the capsfilter behind the converter */
  GstCaps *encoded;   /* owned: the caps for which the decoder was chosen */
  GstCaps *raw;       /* owned: the caps that filter allows in system memory */
  gboolean open;      /* downstream chooses the format */
  gboolean scales;    /* the converter can change the size */
  gchar **bad;        /* owned: decoders that had failed before, NULL-terminated */
  gint announced;     /* atomic: the decoder has sent caps */
  gint accepted;      /* atomic: a frame followed the last caps */
  gint decoded;       /* atomic: frames out of the decoder */
  gint outrun;        /* atomic: units that a key frame outran */
  gint outrunning;    /* atomic: units before `resumes` are dropped */
  gint unwanted;      /* atomic: downstream wants what this chain cannot give */

  GMutex pushing; /* guards the fields below, and what is in the source's mail; before `lock` */
  GstLivekitTiming timing;
  GstLivekitSideband sideband;
  gint64 taken[GST_LIVEKIT_CHAIN_MAX_BACKLOG]; /* ring buffer: when each unit was pushed */
  guint64 n_taken;
  guint64 n_outrun;                /* units of n_taken that a key frame outran, or is about to */
  GstCaps *sizeless;               /* owned: caps to add the size to, NULL = a parser does it */
  guint width, height;             /* the size in these caps */
  GstVideoColorimetry colorimetry; /* the colorimetry in these caps */

  GMutex lock;                        /* guards the fields below; not held while calling anything */
  GstClockTime resumes;               /* DTS of the key frame with which the decoder continues */
  gint width_decoded, height_decoded; /* size of the pictures, 0 before the first */
  GstClockTime disconts[8]; /* PTS of units behind a gap whose pictures are still to come */
  gint n_disconts;          /* also read atomically without the lock */
  gboolean ended;           /* gst_livekit_chain_end() was called */
  gboolean failed; /* or stopped: no data passes any more, and another chain can continue */
};

/* state.c: whether the chain has failed for good. _fail() returns FALSE if the stream
 * has ended: then no other chain will follow. */
gboolean gst_livekit_chain_has_failed (GstLivekitChain *chain);
gboolean gst_livekit_chain_fail (GstLivekitChain *chain);
void gst_livekit_chain_set_failed (GstLivekitChain *chain);

/* state.c: the chain may be outdated now, which Go only sees when it calls. */
void gst_livekit_chain_keep_from_go (GstLivekitChain *chain);

/* state.c: whether the chain's streaming threads have paused without an error,
 * because an element behind the pad was not running, or was stopped with data in it.
 * Other elements may be linked there now. */
gboolean gst_livekit_chain_has_paused (GstLivekitChain *chain);

/* state.c: creates an element and adds it to the chain. Returns it, borrowed, or NULL
 * with *error set. */
GstElement *gst_livekit_chain_add (GstLivekitChain *chain, const char *factory, const char *name,
    GError **error);

/* video_discont.c: records that data is missing before the unit with this PTS. */
void gst_livekit_chain_note_discont (GstLivekitChain *chain, GstClockTime pts);

/* video_discont.c: sets the DISCONT flag on the first picture after missing data. */
void gst_livekit_chain_mark_discont (GstLivekitChain *chain, GstPadProbeInfo *info);

/* backlog.c: how many units wait for the decoder, or for a slow downstream. */
guint gst_livekit_chain_backlog (GstLivekitChain *chain);

/* backlog.c: whether there is room for a unit of `size` bytes. Returns in *behind how
 * long the next waiting unit has waited, in ns. */
gboolean gst_livekit_chain_has_room (GstLivekitChain *chain, const GstLivekitUnit *unit, gsize size,
    gint64 *behind);

/* backlog.c: drops the units that wait for the decoder before the key frame with this
 * DTS. */
void gst_livekit_chain_outrun (GstLivekitChain *chain, GstClockTime dts);

/* backlog.c: a buffer probe on the source's pad. */
GstPadProbeReturn gst_livekit_chain_on_unit (GstLivekitChain *chain, GstPad *pad,
    GstPadProbeInfo *info);

/* renegotiate.c: sets the caps that the converter may convert to. */
void gst_livekit_chain_set_output_caps (GstLivekitChain *chain);

/* renegotiate.c: sets the size that the decoder gives from now on. */
void gst_livekit_chain_set_decoded_size (GstLivekitChain *chain, gint width, gint height);

/* renegotiate.c: whether the chain needs a converter that can change the size, if
 * downstream accepts these caps. Such a converter passes only system memory. NULL
 * stands for a chain without a pad. */
gboolean gst_livekit_chain_should_scale (GstLivekitChain *chain, GstCaps *taken);

/* renegotiate.c: whether downstream, which accepts these caps, wants what the chain
 * gives, raw or encoded. NULL as above. */
gboolean gst_livekit_chain_is_wanted (GstLivekitChain *chain, GstCaps *taken);

/* renegotiate.c: whether what leaves the chain is raw. */
gboolean gst_livekit_chain_is_raw (GstLivekitChain *chain);

/* renegotiate.c: from now on adapts the chain whenever downstream changes. */
void gst_livekit_chain_follow_downstream (GstLivekitChain *chain);

/* gate.c: from now on drops what downstream of an element does not want. */
void gst_livekit_chain_install_gate (GstLivekitChain *chain);
void gst_livekit_chain_remove_gate (GstLivekitChain *chain);

/* gate.c: whether downstream is renegotiating: it may not accept the present caps. */
gboolean gst_livekit_chain_is_suspect (GstLivekitChain *chain);

/* failure.c: called first with each message of the chain's elements. TRUE: the chain
 * has handled the message, which must not be posted further. */
gboolean gst_livekit_chain_take_message (GstLivekitChain *chain, GstMessage *message);

/* failure.c: passes a message on the bus of our own pipeline to Go. */
void gst_livekit_chain_report (GstLivekitChain *chain, GstMessage *message);

/* failure.c: warns that a decoder does not work, and makes Go remember that. It is a
 * GstLivekitDecoderFailed. */
void gst_livekit_chain_decoder_failed (const char *decoder, const char *reason, const char *next,
    gpointer chain);

/* events.c: a probe for upstream events. It turns key frame requests into PLIs. */
GstPadProbeReturn gst_livekit_chain_on_key_frame_event (GstLivekitChain *chain, GstPad *pad,
    GstPadProbeInfo *info);

/* events.c: probes for events on the source's pad, for data on the decoder's, and
 * for events on the pad that pictures leave in their original size. */
GstPadProbeReturn gst_livekit_chain_on_downstream_event (GstLivekitChain *chain, GstPad *pad,
    GstPadProbeInfo *info);
GstPadProbeReturn gst_livekit_chain_on_decoded (GstLivekitChain *chain, GstPad *pad,
    GstPadProbeInfo *info);
GstPadProbeReturn gst_livekit_chain_on_sized_event (GstLivekitChain *chain, GstPad *pad,
    GstPadProbeInfo *info);

/* video_hold.c: a probe where caps contain the size. Data of a size that Go does not
 * accept is dropped, until the size is accepted or, after the chain's patience, until
 * the next key frame. Then everything passes for good. */
GstPadProbeReturn gst_livekit_chain_on_held (GstLivekitChain *chain, GstPad *pad,
    GstPadProbeInfo *info);

/* push.c: a GstLivekitSourceTake; its data is a GstLivekitLife. */
gboolean gst_livekit_chain_on_idle (gpointer life);

/* build.c: creates the elements for what downstream wants now. */
gboolean gst_livekit_chain_build (GstLivekitChain *chain, const GstLivekitChainConfig *config,
    GError **error);

#endif
