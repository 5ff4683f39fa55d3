#include "mail.h"

#include <gst/gst.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

static gint
state_of (GstLivekitMail *mail)
{
  return g_atomic_int_get (&mail->state);
}

static gboolean
change (GstLivekitMail *mail, GstLivekitMailState from, GstLivekitMailState to)
{
  return g_atomic_int_compare_and_exchange (&mail->state, from, to);
}

void
gst_livekit_mail_leave (GstLivekitMail *mail, gboolean to_sleep, gboolean for_go)
{
  GstLivekitMailState to;
  gint now;

  if (to_sleep)
    to = for_go ? GST_LIVEKIT_MAIL_OPEN : GST_LIVEKIT_MAIL_ASLEEP;
  else
    to = for_go ? GST_LIVEKIT_MAIL_AWAY : GST_LIVEKIT_MAIL_CLOSED;
  do {
    now = state_of (mail);
  } while (
      now != GST_LIVEKIT_MAIL_FILLING && now != GST_LIVEKIT_MAIL_FULL && !change (mail, now, to));
}

void
gst_livekit_mail_sleep (GstLivekitMail *mail)
{
  gint state;

  while ((state = state_of (mail)) != GST_LIVEKIT_MAIL_CLOSED && state != GST_LIVEKIT_MAIL_FULL)
    syscall (SYS_futex, &mail->state, FUTEX_WAIT_PRIVATE, state, NULL, NULL, 0);
}

void
gst_livekit_mail_wake (GstLivekitMail *mail)
{
  if (change (mail, GST_LIVEKIT_MAIL_OPEN, GST_LIVEKIT_MAIL_CLOSED) ||
      change (mail, GST_LIVEKIT_MAIL_ASLEEP, GST_LIVEKIT_MAIL_CLOSED))
    syscall (SYS_futex, &mail->state, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

void
gst_livekit_mail_keep_from_go (GstLivekitMail *mail)
{
  if (!change (mail, GST_LIVEKIT_MAIL_OPEN, GST_LIVEKIT_MAIL_ASLEEP))
    change (mail, GST_LIVEKIT_MAIL_AWAY, GST_LIVEKIT_MAIL_CLOSED);
}

gboolean
gst_livekit_mail_is_full (GstLivekitMail *mail)
{
  return state_of (mail) == GST_LIVEKIT_MAIL_FULL;
}

void
gst_livekit_mail_close (GstLivekitMail *mail)
{
  g_atomic_int_set (&mail->state, GST_LIVEKIT_MAIL_CLOSED);
}

/* The pipeline's clock may have another pace. */
#define RECENT (GST_SECOND / 2)

gboolean
gst_livekit_mail_knows_clock (GstLivekitMail *mail)
{
  return mail->offset != GST_CLOCK_STIME_NONE &&
      g_get_monotonic_time () * GST_USECOND < mail->read_at + RECENT;
}

/* Go reads the two in the opposite order: no offset is older than it seems to be. */
void
gst_livekit_mail_set_clock (GstLivekitMail *mail, gint64 offset)
{
  __atomic_store_n (&mail->offset, offset, __ATOMIC_SEQ_CST);
  __atomic_store_n (&mail->read_at, g_get_monotonic_time () * GST_USECOND, __ATOMIC_SEQ_CST);
}
