#include "mail.h"

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
gst_livekit_mail_open (GstLivekitMail *mail, gboolean for_go)
{
  g_atomic_int_set (&mail->state, for_go ? GST_LIVEKIT_MAIL_OPEN : GST_LIVEKIT_MAIL_ASLEEP);
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
  change (mail, GST_LIVEKIT_MAIL_OPEN, GST_LIVEKIT_MAIL_ASLEEP);
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
