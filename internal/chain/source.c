#include "source.h"

#include "type.h"

struct _GstLivekitSource {
  GstPushSrc parent;

  GstLivekitSourceTake take;
  gpointer data; /* owned */
  GDestroyNotify destroy;
  GstLivekitMail *mail; /* owned */

  GMutex lock;  /* guards the fields below; not held while calling anything */
  GQueue items; /* of GstBuffer, GstEvent and GstCaps, all owned */
  guint buffers;
  gsize bytes;
  GstClockTime duration; /* of the buffers in it */
  GstClockTime capacity;
  GstClockTime extended; /* more than `capacity`, until nothing waits; else 0 */
  GstClockTime latency;
  gboolean discont; /* a buffer was dropped before the next */
  gboolean running;
  gboolean flushing;
  gboolean ended;
};

typedef struct {
  GstPushSrcClass parent;
} GstLivekitSourceClass;

static GstPushSrcClass *parent_class;

static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static GstClockTime
duration_of (GstBuffer *buffer)
{
  return GST_BUFFER_DURATION_IS_VALID (buffer) ? GST_BUFFER_DURATION (buffer) : 0;
}

/* The functions named locked_ require the lock. */
static void
locked_count (GstLivekitSource *source, gpointer item, gint sign)
{
  if (!GST_IS_BUFFER (item))
    return;
  source->buffers += sign;
  source->bytes += sign * (gssize) gst_buffer_get_size (item);
  source->duration += sign * (GstClockTimeDiff) duration_of (item);
}

static gboolean
locked_is_full (GstLivekitSource *source, GstClockTime duration)
{
  return GST_CLOCK_TIME_IS_VALID (source->capacity) && source->buffers > 0 &&
      source->duration + duration > MAX (source->capacity, source->extended);
}

/* Takes the oldest buffer out, and leaves events and caps. */
static GstBuffer *
locked_drop (GstLivekitSource *source)
{
  GList *link = source->items.head;
  GstBuffer *buffer;

  while (!GST_IS_BUFFER (link->data))
    link = link->next;
  buffer = link->data;
  locked_count (source, buffer, -1);
  g_queue_delete_link (&source->items, link);
  source->discont = TRUE;
  return buffer;
}

static void
locked_take (GstLivekitSource *source, gpointer item)
{
  locked_count (source, item, -1);
  if (source->buffers == 0)
    source->extended = 0;
}

static void
locked_append (GstLivekitSource *source, gpointer item)
{
  locked_count (source, item, 1);
  g_queue_push_tail (&source->items, item);
}

static gboolean
append (GstLivekitSource *source, gpointer item)
{
  GstBuffer *dropped = NULL;
  gboolean ok;

  do {
    gst_clear_buffer (&dropped);
    g_mutex_lock (&source->lock);
    ok = source->running && !source->flushing && !source->ended;
    if (ok && GST_IS_BUFFER (item) && locked_is_full (source, duration_of (item)))
      dropped = locked_drop (source);
    else if (ok)
      locked_append (source, item);
    g_mutex_unlock (&source->lock);
  } while (dropped);
  if (ok)
    gst_livekit_mail_wake (source->mail);
  else
    gst_mini_object_unref (item);
  return ok;
}

gboolean
gst_livekit_source_push (GstLivekitSource *source, GstBuffer *buffer)
{
  return append (source, buffer);
}

gboolean
gst_livekit_source_push_event (GstLivekitSource *source, GstEvent *event)
{
  return append (source, event);
}

void
gst_livekit_source_push_caps (GstLivekitSource *source, GstCaps *caps)
{
  g_mutex_lock (&source->lock);
  locked_append (source, gst_caps_ref (caps));
  g_mutex_unlock (&source->lock);
  gst_livekit_mail_wake (source->mail);
}

void
gst_livekit_source_end (GstLivekitSource *source)
{
  g_mutex_lock (&source->lock);
  source->ended = TRUE;
  g_mutex_unlock (&source->lock);
  gst_livekit_mail_wake (source->mail);
}

void
gst_livekit_source_set_latency (GstLivekitSource *source, GstClockTime latency)
{
  g_mutex_lock (&source->lock);
  source->latency = latency;
  g_mutex_unlock (&source->lock);
}

void
gst_livekit_source_set_capacity (GstLivekitSource *source, GstClockTime capacity)
{
  g_mutex_lock (&source->lock);
  source->capacity = capacity;
  g_mutex_unlock (&source->lock);
}

void
gst_livekit_source_extend (GstLivekitSource *source, GstClockTime capacity)
{
  g_mutex_lock (&source->lock);
  source->extended = capacity;
  g_mutex_unlock (&source->lock);
}

gboolean
gst_livekit_source_is_full (GstLivekitSource *source, GstClockTime duration)
{
  gboolean full;

  g_mutex_lock (&source->lock);
  full = locked_is_full (source, duration);
  g_mutex_unlock (&source->lock);
  return full;
}

void
gst_livekit_source_waiting (GstLivekitSource *source, guint *buffers, gsize *bytes)
{
  g_mutex_lock (&source->lock);
  *buffers = source->buffers;
  *bytes = source->bytes;
  g_mutex_unlock (&source->lock);
}

GstLivekitMail *
gst_livekit_source_mail (GstLivekitSource *source)
{
  return source->mail;
}

/* Returns the next item. It leaves the mail with the lock held: who appends after that
 * wakes the thread again. */
static GstFlowReturn
next (GstLivekitSource *source, gboolean for_go, gpointer *item)
{
  GstFlowReturn flow = GST_FLOW_OK;

  *item = NULL;
  g_mutex_lock (&source->lock);
  if (source->flushing)
    flow = GST_FLOW_FLUSHING;
  else if ((*item = g_queue_pop_head (&source->items)))
    locked_take (source, *item);
  else if (source->ended)
    flow = GST_FLOW_EOS;
  if (flow == GST_FLOW_OK)
    gst_livekit_mail_leave (source->mail, !*item, for_go);
  if (*item && GST_IS_BUFFER (*item) && source->discont) {
    source->discont = FALSE;
    *item = gst_buffer_make_writable (*item);
    GST_BUFFER_FLAG_SET (*item, GST_BUFFER_FLAG_DISCONT);
  }
  g_mutex_unlock (&source->lock);
  return flow;
}

static void
send (GstLivekitSource *source, gpointer item)
{
  GstBaseSrc *base = GST_BASE_SRC (source);

  if (GST_IS_CAPS (item)) {
    gst_base_src_set_caps (base, item);
    gst_caps_unref (item);
  } else {
    gst_pad_push_event (GST_BASE_SRC_PAD (base), item);
  }
}

static GstFlowReturn
create (GstPushSrc *push, GstBuffer **buffer)
{
  GstLivekitSource *source = (GstLivekitSource *) push;
  GstFlowReturn flow;
  gpointer item;

  for (;;) {
    gboolean for_go = source->take (source->data);

    flow = next (source, for_go, &item);
    if (flow != GST_FLOW_OK)
      return flow;
    if (!item) {
      gst_livekit_mail_sleep (source->mail);
      continue;
    }
    if (GST_IS_BUFFER (item)) {
      *buffer = item;
      return GST_FLOW_OK;
    }
    send (source, item);
  }
}

static void
set_running (GstLivekitSource *source, gboolean running)
{
  GQueue gone = G_QUEUE_INIT;

  g_mutex_lock (&source->lock);
  source->running = running;
  source->flushing = FALSE;
  if (!running) {
    gone = source->items;
    g_queue_init (&source->items);
    source->buffers = 0;
    source->bytes = 0;
    source->duration = 0;
    source->extended = 0;
  }
  g_mutex_unlock (&source->lock);
  g_queue_clear_full (&gone, (GDestroyNotify) gst_mini_object_unref);
}

static gboolean
start (GstBaseSrc *base)
{
  set_running ((GstLivekitSource *) base, TRUE);
  return TRUE;
}

static gboolean
stop (GstBaseSrc *base)
{
  set_running ((GstLivekitSource *) base, FALSE);
  return TRUE;
}

static void
set_flushing (GstLivekitSource *source, gboolean flushing)
{
  g_mutex_lock (&source->lock);
  source->flushing = flushing;
  g_mutex_unlock (&source->lock);
  gst_livekit_mail_wake (source->mail);
}

static gboolean
unlock (GstBaseSrc *base)
{
  set_flushing ((GstLivekitSource *) base, TRUE);
  return TRUE;
}

static gboolean
unlock_stop (GstBaseSrc *base)
{
  set_flushing ((GstLivekitSource *) base, FALSE);
  return TRUE;
}

/* The base time changes while the pipeline is paused. A unit that waits there for downstream
 * leaves with the next state. */
static GstStateChangeReturn
change_state (GstElement *element, GstStateChange transition)
{
  gst_livekit_mail_set_clock (((GstLivekitSource *) element)->mail, GST_CLOCK_STIME_NONE);
  return GST_ELEMENT_CLASS (parent_class)->change_state (element, transition);
}

/* Caps come between the buffers. */
static gboolean
negotiate (GstBaseSrc *base)
{
  return TRUE;
}

static gboolean
answer (GstBaseSrc *base, GstQuery *query)
{
  GstLivekitSource *source = (GstLivekitSource *) base;

  if (GST_QUERY_TYPE (query) != GST_QUERY_LATENCY)
    return GST_BASE_SRC_CLASS (parent_class)->query (base, query);
  g_mutex_lock (&source->lock);
  gst_query_set_latency (query, TRUE, source->latency, GST_CLOCK_TIME_NONE);
  g_mutex_unlock (&source->lock);
  return TRUE;
}

static void
finalize (GObject *object)
{
  GstLivekitSource *source = (GstLivekitSource *) object;

  g_queue_clear_full (&source->items, (GDestroyNotify) gst_mini_object_unref);
  source->destroy (source->data);
  g_free (source->mail);
  g_mutex_clear (&source->lock);
  G_OBJECT_CLASS (parent_class)->finalize (object);
}

static void
class_init (gpointer klass, gpointer data)
{
  GstBaseSrcClass *base = klass;

  parent_class = g_type_class_peek_parent (klass);
  G_OBJECT_CLASS (klass)->finalize = finalize;
  GST_ELEMENT_CLASS (klass)->change_state = change_state;
  base->start = start;
  base->stop = stop;
  base->unlock = unlock;
  base->unlock_stop = unlock_stop;
  base->negotiate = negotiate;
  base->query = answer;
  GST_PUSH_SRC_CLASS (klass)->create = create;
  gst_element_class_add_static_pad_template (klass, &src_template);
  gst_element_class_set_static_metadata (klass, "LiveKit access units", "Generic/Source",
      "Gives what was received",
      "The gst-livekit authors <https://github.com/gst-livekit/gst-livekit>");
}

static void
init (GTypeInstance *instance, gpointer klass)
{
  GstLivekitSource *source = (GstLivekitSource *) instance;

  g_mutex_init (&source->lock);
  g_queue_init (&source->items);
  source->mail = g_new0 (GstLivekitMail, 1);
  source->mail->offset = GST_CLOCK_STIME_NONE;
  source->capacity = GST_CLOCK_TIME_NONE;
  gst_base_src_set_live (GST_BASE_SRC (source), TRUE);
  gst_base_src_set_format (GST_BASE_SRC (source), GST_FORMAT_TIME);
}

static gpointer
register_once (gpointer unused)
{
  GTypeInfo info = {
    .class_size = sizeof (GstLivekitSourceClass),
    .class_init = class_init,
    .instance_size = sizeof (GstLivekitSource),
    .instance_init = init,
  };

  return GSIZE_TO_POINTER (gst_livekit_type_register (GST_TYPE_PUSH_SRC, "GstLivekitUnits", &info));
}

GstLivekitSource *
gst_livekit_source_new (const char *name, GstLivekitSourceTake take, gpointer data,
    GDestroyNotify destroy)
{
  static GOnce once = G_ONCE_INIT;
  GstLivekitSource *source;

  g_once (&once, register_once, NULL);
  source = g_object_new (GPOINTER_TO_SIZE (once.retval), "name", name, NULL);
  source->take = take;
  source->data = data;
  source->destroy = destroy;
  return source;
}
