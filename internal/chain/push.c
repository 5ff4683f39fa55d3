/* What Go gives a chain, by a call or through the mail. */
#include "private.h"
#include "want.h"

static void
describe_units (GstLivekitChain *chain)
{
  static const GstVideoColorimetry untold;
  GstCaps *caps = gst_caps_copy (chain->sizeless);

  if (chain->width > 0)
    gst_caps_set_simple (caps, "width", G_TYPE_INT, chain->width, "height", G_TYPE_INT,
        chain->height, NULL);
  if (!gst_video_colorimetry_is_equal (&chain->colorimetry, &untold)) {
    gchar *text = gst_video_colorimetry_to_string (&chain->colorimetry);

    gst_caps_set_simple (caps, "colorimetry", G_TYPE_STRING, text, NULL);
    g_free (text);
  }
  gst_livekit_source_push_caps (chain->source, caps);
  gst_caps_unref (caps);
}

/* libvpx's decoder does not report the colorimetry that it reads, and has no parser. */
static void
set_colours (GstLivekitChain *chain, const GstVideoColorimetry *told)
{
  if (!chain->decoder || !chain->sizeless ||
      gst_video_colorimetry_is_equal (told, &chain->colorimetry))
    return;
  chain->colorimetry = *told;
  describe_units (chain);
}

static GstBuffer *
buffer_of (GstLivekitChain *chain, const void *data, gsize size, const GstLivekitUnit *unit,
    guint64 pts, guint64 dts)
{
  GstBuffer *buffer = gst_buffer_new_memdup (data, size);

  GST_BUFFER_PTS (buffer) = pts;
  GST_BUFFER_DTS (buffer) = dts;
  if (!unit->key_frame)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DELTA_UNIT);
  if (unit->discont) {
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
    if (chain->decoder)
      gst_livekit_chain_note_discont (chain, pts);
  }
  if (chain->ghost)
    gst_livekit_sideband_attach (&chain->sideband, buffer, unit);
  return buffer;
}

/* The functions named locked_ require chain->pushing, and those that push are for a chain
 * that is not outdated. */
static GstLivekitPushResult
locked_push (GstLivekitChain *chain, const void *data, gsize size, const GstLivekitUnit *unit,
    guint64 *pts)
{
  guint64 dts;

  if (!gst_livekit_timing_unit (&chain->timing, GST_ELEMENT (chain->parent), unit->due,
          unit->decode, pts, &dts))
    return GST_LIVEKIT_PUSH_STOPPED;
  if (unit->outruns)
    gst_livekit_chain_outrun (chain, dts);
  if (unit->key_frame)
    set_colours (chain, &unit->colorimetry);
  if (!gst_livekit_source_push (chain->source, buffer_of (chain, data, size, unit, *pts, dts)))
    return GST_LIVEKIT_PUSH_STOPPED;
  chain->taken[chain->n_taken++ % G_N_ELEMENTS (chain->taken)] =
      g_get_monotonic_time () * GST_USECOND;
  return GST_LIVEKIT_PUSH_OK;
}

static GstLivekitPushResult
locked_push_sound (GstLivekitChain *chain, const void *data, gsize size,
    const GstLivekitSoundPiece *piece)
{
  GstLivekitUnit unit = { .capture_time = piece->capture_time, .orientation = -1 };
  GstBuffer *buffer;

  buffer = gst_buffer_new_memdup (data, size);
  GST_BUFFER_PTS (buffer) = piece->pts;
  GST_BUFFER_DURATION (buffer) = piece->duration;
  if (piece->discont)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT | GST_BUFFER_FLAG_RESYNC);
  gst_livekit_sideband_attach (&chain->sideband, buffer, &unit);
  return gst_livekit_source_push (chain->source, buffer) ? GST_LIVEKIT_PUSH_OK
                                                         : GST_LIVEKIT_PUSH_STOPPED;
}

static void
locked_take_mail (GstLivekitChain *chain)
{
  GstLivekitMail *mail = gst_livekit_source_mail (chain->source);
  GstLivekitPushResult result;
  guint64 pts;

  if (!gst_livekit_mail_is_full (mail))
    return;
  if (gst_livekit_chain_outdated (chain))
    result = GST_LIVEKIT_PUSH_OUTDATED;
  else if (mail->is_sound)
    result = locked_push_sound (chain, mail->data, mail->size, &mail->piece);
  else
    result = locked_push (chain, mail->data, mail->size, &mail->unit, &pts);
  if (result != GST_LIVEKIT_PUSH_OK)
    g_atomic_int_set (&mail->refused, TRUE);
  gst_livekit_mail_close (mail);
}

/* Everything that Go calls comes after what it has put into the mail before. */
static void
begin (GstLivekitChain *chain)
{
  g_mutex_lock (&chain->pushing);
  locked_take_mail (chain);
}

static void
finish (GstLivekitChain *chain)
{
  g_mutex_unlock (&chain->pushing);
}

/* Go may fill the mail if it would not learn anything from a call: the unit will not be
 * refused, and none waits but the one that its thread is about to take. */
static gboolean
may_fill (GstLivekitChain *chain)
{
  return chain->ghost && !gst_livekit_chain_outdated (chain) &&
      gst_livekit_chain_backlog (chain) <= 1;
}

static void
read_clock (GstLivekitChain *chain)
{
  GstLivekitMail *mail = gst_livekit_source_mail (chain->source);

  if (!gst_livekit_mail_knows_clock (mail))
    gst_livekit_mail_set_clock (mail, gst_livekit_timing_offset (GST_ELEMENT (chain->parent)));
}

gboolean
gst_livekit_chain_on_idle (gpointer life)
{
  GstLivekitChain *chain = gst_livekit_life_enter (life);
  gboolean fill;

  if (!chain)
    return FALSE;
  begin (chain);
  fill = may_fill (chain);
  finish (chain);
  if (fill && chain->sound)
    read_clock (chain);
  gst_livekit_chain_unref (chain);
  return fill;
}

static GstLivekitPushResult
push (GstLivekitChain *chain, const void *data, gsize size, const GstLivekitUnit *unit,
    guint64 *pts, gint64 *behind)
{
  GstLivekitMail *mail = gst_livekit_source_mail (chain->source);
  gboolean refused = g_atomic_int_compare_and_exchange (&mail->refused, TRUE, FALSE);

  *behind = 0;
  if (gst_livekit_chain_outdated (chain))
    return GST_LIVEKIT_PUSH_OUTDATED;
  if (refused)
    return GST_LIVEKIT_PUSH_STOPPED;
  if (!gst_livekit_chain_has_room (chain, unit, size, behind))
    return GST_LIVEKIT_PUSH_FULL;
  return locked_push (chain, data, size, unit, pts);
}

GstLivekitPushResult
gst_livekit_chain_push (GstLivekitChain *chain, const void *data, gsize size,
    const GstLivekitUnit *unit, GstLivekitFrame *returned, guint64 *pts, gint64 *behind)
{
  GstLivekitPushResult result;

  if (returned)
    gst_livekit_frame_free (returned);
  begin (chain);
  result = push (chain, data, size, unit, pts, behind);
  /* Metadata of a unit that was refused must not be attached to another one. */
  gst_livekit_sideband_forget_frame (&chain->sideband);
  finish (chain);
  return result;
}

/* A muxer that takes nothing waits for another stream, such as that of a camera that is
 * muted, and then takes everything. Returns whether others are dropped for a piece. */
static gboolean
makes_leak (GstLivekitChain *chain, GstClockTime duration)
{
  if (!gst_livekit_source_is_full (chain->source, duration))
    return FALSE;
  if (gst_livekit_leads_to_muxer (chain->ghost))
    gst_livekit_source_extend (chain->source, chain->muxer_capacity);
  return gst_livekit_source_is_full (chain->source, duration);
}

GstLivekitPushResult
gst_livekit_chain_push_sound (GstLivekitChain *chain, const guint8 *data, gsize size,
    const GstLivekitSoundPiece *piece)
{
  GstLivekitPushResult result;
  gboolean full = makes_leak (chain, piece->duration);

  begin (chain);
  g_atomic_int_set (&gst_livekit_source_mail (chain->source)->refused, FALSE);
  result = gst_livekit_chain_outdated (chain) ? GST_LIVEKIT_PUSH_OUTDATED
                                              : locked_push_sound (chain, data, size, piece);
  finish (chain);
  return result == GST_LIVEKIT_PUSH_OK && full ? GST_LIVEKIT_PUSH_LEAKED : result;
}

void
gst_livekit_chain_push_gap (GstLivekitChain *chain, guint64 pts, guint64 duration)
{
  begin (chain);
  gst_livekit_source_push_event (chain->source, gst_event_new_gap (pts, duration));
  finish (chain);
}

guint64
gst_livekit_chain_last (GstLivekitChain *chain)
{
  guint64 last;

  begin (chain);
  last = chain->timing.highest;
  finish (chain);
  return last;
}

void
gst_livekit_chain_describe (GstLivekitChain *chain, const GstLivekitFrameMetadata *metadata,
    const void *user_data, gsize size)
{
  begin (chain);
  gst_livekit_sideband_set_frame (&chain->sideband, metadata, user_data, size);
  finish (chain);
}

void
gst_livekit_chain_set_size (GstLivekitChain *chain, guint width, guint height)
{
  begin (chain);
  chain->width = width;
  chain->height = height;
  if (chain->sizeless)
    describe_units (chain);
  finish (chain);
}

void
gst_livekit_chain_set_title (GstLivekitChain *chain, const char *title)
{
  begin (chain);
  gst_livekit_sideband_set_title (&chain->sideband, title);
  finish (chain);
}

void
gst_livekit_chain_gap (GstLivekitChain *chain, gint64 from, gint64 to)
{
  GstElement *parent = GST_ELEMENT (chain->parent);
  guint64 start, end;
  gboolean ok;

  begin (chain);
  ok = gst_livekit_timing_gap (&chain->timing, parent, from, to, &start, &end);
  finish (chain);
  if (ok)
    gst_livekit_output_gap (&chain->output, gst_event_new_gap (start, end - start));
}

gboolean
gst_livekit_chain_end (GstLivekitChain *chain)
{
  gboolean failed;

  g_mutex_lock (&chain->lock);
  chain->ended = TRUE;
  failed = chain->failed;
  g_mutex_unlock (&chain->lock);
  begin (chain);
  if (!failed)
    gst_livekit_source_end (chain->source);
  finish (chain);
  return !failed;
}
