/* What the files of one chain share. */
#ifndef GST_LIVEKIT_CHAIN_PRIVATE_H
#define GST_LIVEKIT_CHAIN_PRIVATE_H

#include "chain.h"
#include "gate.h"
#include "life.h"
#include "output.h"
#include "sideband.h"
#include "timing.h"

#include <gst/app/app.h>

struct _GstLivekitChain {
  gint refs;            /* atomic: the caller's, and one for each callback that runs */
  GstLivekitLife *life; /* owned: what callbacks hold */
  GstElement *bin;      /* owned: everything below lives in it */
  GstAppSrc *appsrc;    /* borrowed from bin */
  GstElement *decoder;  /* borrowed from bin; NULL when the stream stays untouched */
  GstElement *parser;   /* borrowed from bin; NULL when there is none */
  GstElement *last;     /* borrowed from bin: what the queue or the appsink follows */
  gchar *stream_id;
  gchar *media_type; /* of the access units */
  GstBin *parent;    /* owned: the element, or our own pipeline */
  GstPad *ghost;     /* owned: the element's pad, or NULL */
  GstLivekitOutput output;
  GstLivekitGate gate; /* only with ghost */
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

  /* Only used by the one goroutine that pushes. */
  GstLivekitTiming timing;
  GstLivekitSideband sideband;
  gint64 taken[GST_LIVEKIT_CHAIN_MAX_BACKLOG]; /* when units were, a ring */
  guint64 n_taken;
  guint64 n_outrun;    /* those of them that were dropped by a key frame, or are about to be */
  GstCaps *sizeless;   /* owned: caps to put the size into, NULL = a parser does it */
  guint width, height; /* that were put into them */
  gchar *colorimetry;  /* owned: likewise, NULL = none */
  gboolean unwanted;   /* downstream wants the other of raw and untouched */

  GMutex lock;                        /* guards what follows; nothing is called with it held */
  GstClockTime resumes;               /* DTS of a key frame that the decoder goes on with */
  gint width_decoded, height_decoded; /* of the pictures, 0 before the first */
  GstClockTime disconts[8];           /* of units behind a gap whose pictures have not come */
  gint n_disconts;                    /* read atomically without the lock, too */
  gboolean ended;                     /* gst_livekit_chain_end() was called */
  gboolean failed; /* or stopped: nothing comes through any more, and another chain can go on */
};

/* chain.c: the last one frees. With no lock held that an element of the chain takes. */
GstLivekitChain *gst_livekit_chain_ref (GstLivekitChain *chain);
void gst_livekit_chain_unref (GstLivekitChain *chain);

/* events.c: a probe of upstream events. A key frame that is wanted becomes a PLI. */
GstPadProbeReturn gst_livekit_chain_on_key_frame_event (GstPad *pad, GstPadProbeInfo *info,
    gpointer life);

/* events.c: probes of what leaves appsrc, of what leaves the decoder, and of events on
 * the pad that pictures of their own size leave through. */
GstPadProbeReturn gst_livekit_chain_on_downstream_event (GstPad *pad, GstPadProbeInfo *info,
    gpointer life);
GstPadProbeReturn gst_livekit_chain_on_decoded (GstPad *pad, GstPadProbeInfo *info, gpointer life);
GstPadProbeReturn gst_livekit_chain_on_sized_event (GstPad *pad, GstPadProbeInfo *info,
    gpointer life);

/* events.c: a probe of what leaves an untouched chain. */
GstPadProbeReturn gst_livekit_chain_on_untouched_event (GstPad *pad, GstPadProbeInfo *info,
    gpointer life);

/* discont.c: notes that something is missing before the unit with that time. */
void gst_livekit_chain_note_discont (GstLivekitChain *chain, GstClockTime pts);

/* discont.c: flags the first picture that comes behind what is missing. */
void gst_livekit_chain_mark_discont (GstLivekitChain *chain, GstPadProbeInfo *info);

/* backlog.c: whether those that wait leave room for a unit of `size` bytes, and in
 * *behind how long the next of them has waited, in ns. */
gboolean gst_livekit_chain_has_room (GstLivekitChain *chain, const GstLivekitUnit *unit, gsize size,
    gint64 *behind);

/* backlog.c: has what waits for the decoder dropped, before the key frame with a DTS. */
void gst_livekit_chain_outrun (GstLivekitChain *chain, GstClockTime dts);

/* backlog.c: a probe of what leaves appsrc. */
GstPadProbeReturn gst_livekit_chain_on_unit (GstPad *pad, GstPadProbeInfo *info, gpointer life);

/* chain.c: whether it has failed for good. */
gboolean gst_livekit_chain_has_failed (GstLivekitChain *chain);

/* renegotiate.c: tells the converter what it may convert to. */
void gst_livekit_chain_set_output_caps (GstLivekitChain *chain);

/* renegotiate.c: whether the converter has to be one that can change the size: it
 * lets no memory pass but the system's. */
gboolean gst_livekit_chain_should_scale (GstLivekitChain *chain);

/* renegotiate.c: says which size the decoder gives from now on. */
void gst_livekit_chain_set_decoded_size (GstLivekitChain *chain, gint width, gint height);

/* renegotiate.c: whether downstream, now, wants raw or untouched as the chain is. */
gboolean gst_livekit_chain_is_wanted (GstLivekitChain *chain);

/* renegotiate.c: the same, after adapting to it what can be. */
gboolean gst_livekit_chain_reconsider (GstLivekitChain *chain);

/* failure.c: looks at each message of the chain's elements first, and takes what the
 * chain deals with itself. */
gboolean gst_livekit_chain_take_message (GstLivekitChain *chain, GstMessage *message);

/* failure.c: tells Go what comes over the bus of our own pipeline. */
void gst_livekit_chain_report (GstLivekitChain *chain, GstMessage *message);

/* failure.c: warns that a decoder does not work, and has Go remember that. It is a
 * GstLivekitDecoderFailed. */
void gst_livekit_chain_decoder_failed (const char *decoder, const char *reason, const char *next,
    gpointer chain);

#endif
