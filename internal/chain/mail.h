/* One access unit or piece of sound on its way from Go to the thread that streams it.
 *
 * A call into C costs Go more than the call: its scheduler is told of it, and wakes the
 * runtime's monitor thread at the first one after each idle time, which then sleeps and
 * wakes several times. So while downstream keeps up, Go writes the next unit here itself,
 * and wakes the streaming thread by a system call of which its scheduler is not told.
 *
 * `state` says whose the rest is:
 *
 *   CLOSED    C's. The next unit comes by a call
 *   ASLEEP    C's. Likewise, and the streaming thread sleeps
 *   AWAY      nobody's. The streaming thread is downstream with the unit before; Go may
 *             take it with FILLING
 *   OPEN      nobody's. The streaming thread sleeps; Go may take it with FILLING
 *   FILLING   Go's, for some microseconds
 *   FULL      C's. The unit has to be taken before any other one
 */
#ifndef GST_LIVEKIT_MAIL_H
#define GST_LIVEKIT_MAIL_H

#include "unit.h"

G_BEGIN_DECLS

/* Units that are larger, such as many key frames, come by a call. */
#define GST_LIVEKIT_MAIL_SIZE (32 << 10)

typedef enum {
  GST_LIVEKIT_MAIL_CLOSED,
  GST_LIVEKIT_MAIL_ASLEEP,
  GST_LIVEKIT_MAIL_AWAY,
  GST_LIVEKIT_MAIL_OPEN,
  GST_LIVEKIT_MAIL_FILLING,
  GST_LIVEKIT_MAIL_FULL,
} GstLivekitMailState;

typedef struct {
  gint state;     /* atomic, and a futex: a GstLivekitMailState */
  gint refused;   /* atomic: a unit was taken from here, and could not be used */
  gint64 offset;  /* atomic; for sound: running time minus g_get_monotonic_time(), in ns,
                    or GST_CLOCK_STIME_NONE */
  gint64 read_at; /* atomic: when that was read, in ns on the latter clock */
  gboolean is_sound;
  GstLivekitUnit unit;
  GstLivekitSoundPiece piece;
  gsize size;
  guint8 data[GST_LIVEKIT_MAIL_SIZE];
} GstLivekitMail;

/* Says where its thread, which calls this, goes: it sleeps, or takes a unit downstream.
 * If Go has taken the mail meanwhile, that counts. */
void gst_livekit_mail_leave (GstLivekitMail *mail, gboolean to_sleep, gboolean for_go);

/* Sleeps until Go has filled it, or gst_livekit_mail_wake(). */
void gst_livekit_mail_sleep (GstLivekitMail *mail);

/* Wakes the thread that sleeps. While it is FILLING, Go does that in a moment. */
void gst_livekit_mail_wake (GstLivekitMail *mail);

/* From now on the next unit comes by a call. */
void gst_livekit_mail_keep_from_go (GstLivekitMail *mail);

gboolean gst_livekit_mail_is_full (GstLivekitMail *mail);

/* Whether `offset` is up to date, and how to say what it is now. For its thread, and for
 * whoever knows that the thread does neither: NONE when the base time changes. */
gboolean gst_livekit_mail_knows_clock (GstLivekitMail *mail);
void gst_livekit_mail_set_clock (GstLivekitMail *mail, gint64 offset);

/* After what is in it was taken. */
void gst_livekit_mail_close (GstLivekitMail *mail);

G_END_DECLS

#endif
