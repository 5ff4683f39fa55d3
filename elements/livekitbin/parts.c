/* The pads of the bin. Each is that of an element of the bin, which has a pad at once, and gives
 * silence without a track. The bin's pad is shown when there is a track and data of it. */
#include "gstlivekitbin.h"

/* How long another pad is waited for after the first one, if the room does not offer a track
 * for it: publishers publish their tracks one after another. */
#define PATIENCE GST_SECOND

static const char *factory_names[GST_LIVEKIT_KINDS] = { "livekitsrc", "livekitaudiosrc" };
static const char *template_names[GST_LIVEKIT_KINDS] = { "video_%u", "audio_%u" };

const char *
gst_livekit_bin_factory_name (GstLivekitKind kind)
{
  return factory_names[kind];
}

const char *
gst_livekit_bin_template_name (GstLivekitKind kind)
{
  return template_names[kind];
}

/* With lock. */
static gboolean
is_complete (GstLivekitBin *self)
{
  gboolean any = FALSE;
  guint i;

  for (i = 0; i < GST_LIVEKIT_KINDS; i++) {
    GstLivekitPart *part = &self->parts[i];

    any = any || part->shown;
    if (part->element && !part->shown && !part->ended && (part->offered || !self->impatient))
      return FALSE;
  }
  return any;
}

/* Says that there are no more pads, once. A pad that appears all the same, because somebody
 * begins to publish, is used by programs that can. */
static void
tell_complete (GstLivekitBin *self)
{
  gboolean tell;

  g_mutex_lock (&self->lock);
  tell = !self->complete && is_complete (self);
  self->complete = self->complete || tell;
  g_mutex_unlock (&self->lock);
  if (tell)
    gst_element_no_more_pads (GST_ELEMENT (self));
}

static void
lose_patience (GstElement *element, gpointer id)
{
  GstLivekitBin *self = (GstLivekitBin *) element;
  gboolean current;

  g_mutex_lock (&self->lock);
  current = self->patience == id; /* else it is of a run that has ended */
  self->impatient = self->impatient || current;
  g_mutex_unlock (&self->lock);
  if (current)
    tell_complete (self);
}

static void
unref_id (gpointer id)
{
  gst_clock_id_unref (id);
}

/* On the thread of the clock, which must not be kept. */
static gboolean
on_patience_ended (GstClock *clock, GstClockTime time, GstClockID id, gpointer data)
{
  gst_element_call_async (GST_ELEMENT (data), lose_patience, gst_clock_id_ref (id), unref_id);
  return TRUE;
}

static void
begin_patience (GstLivekitBin *self)
{
  GstClock *clock = gst_system_clock_obtain ();
  GstClockID id = gst_clock_new_single_shot_id (clock, gst_clock_get_time (clock) + PATIENCE);

  gst_object_unref (clock);
  g_mutex_lock (&self->lock);
  self->patience = gst_clock_id_ref (id);
  g_mutex_unlock (&self->lock);
  gst_clock_id_wait_async (id, on_patience_ended, gst_object_ref (self), gst_object_unref);
  gst_clock_id_unref (id);
}

static void
end_patience (GstLivekitBin *self)
{
  GstClockID id;

  g_mutex_lock (&self->lock);
  id = self->patience;
  self->patience = NULL;
  g_mutex_unlock (&self->lock);
  if (id) {
    gst_clock_id_unschedule (id);
    gst_clock_id_unref (id);
  }
}

/* Tells as a warning why the other part gives nothing. */
static void
warn_of (GstLivekitBin *self, GstMessage *problem)
{
  GError *error = NULL;
  gchar *debug = NULL;

  gst_message_parse_error (problem, &error, &debug);
  gst_element_post_message (GST_ELEMENT (self),
      gst_message_new_warning (GST_MESSAGE_SRC (problem), error, debug));
  g_error_free (error);
  g_free (debug);
  gst_message_unref (problem);
}

GstMessage *
gst_livekit_bin_take_problem (GstLivekitBin *self)
{
  GstMessage *problem = NULL;
  guint i;

  g_mutex_lock (&self->lock);
  for (i = 0; i < GST_LIVEKIT_KINDS; i++) {
    if (!problem)
      problem = g_steal_pointer (&self->parts[i].problem);
  }
  g_mutex_unlock (&self->lock);
  return problem;
}

/* On the streaming thread of the part, when everything that the pad needs has been pushed. */
static void
show (GstLivekitPart *part)
{
  GstLivekitBin *self = part->bin;
  GstMessage *problem;
  gboolean first = TRUE;
  guint i;

  g_mutex_lock (&self->showing);
  g_mutex_lock (&self->lock);
  for (i = 0; i < GST_LIVEKIT_KINDS; i++)
    first = first && !self->parts[i].shown;
  g_mutex_unlock (&self->lock);
  gst_element_add_pad (GST_ELEMENT (self), part->ghost);
  g_mutex_lock (&self->lock);
  part->shown = TRUE;
  g_mutex_unlock (&self->lock);
  g_mutex_unlock (&self->showing);

  problem = gst_livekit_bin_take_problem (self);
  if (problem)
    warn_of (self, problem);
  if (first)
    begin_patience (self);
  tell_complete (self);
}

/* Whether there is a track, and data that belongs to it. Silence may come before. */
static gboolean
is_ready (GstLivekitPart *part, GstPadProbeInfo *info)
{
  GstCaps *caps;
  gboolean subscribed;

  if (!(GST_PAD_PROBE_INFO_TYPE (info) &
          (GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST)))
    return FALSE;
  g_mutex_lock (&part->bin->lock);
  subscribed = part->subscribed;
  g_mutex_unlock (&part->bin->lock);
  caps = gst_pad_get_current_caps (part->source);
  if (caps)
    gst_caps_unref (caps);
  return caps && (subscribed || part == &part->bin->parts[GST_LIVEKIT_KIND_VIDEO]);
}

/* Keeps data back until the pad is shown. */
static GstPadProbeReturn
on_data (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstLivekitPart *part = data;

  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM)
    return GST_EVENT_TYPE (GST_PAD_PROBE_INFO_EVENT (info)) == GST_EVENT_GAP ? GST_PAD_PROBE_DROP
                                                                             : GST_PAD_PROBE_OK;
  if (!is_ready (part, info))
    return GST_PAD_PROBE_DROP;
  part->gate = 0; /* only this thread and the one that stops, which waits for it, use it */
  show (part);
  return GST_PAD_PROBE_REMOVE;
}

/* Whether the pad that ends was not shown, and whether none was and none will be. */
static void
end (GstLivekitPart *part, gboolean *hidden, gboolean *empty)
{
  GstLivekitBin *self = part->bin;
  guint i;

  g_mutex_lock (&self->lock);
  part->ended = TRUE;
  *hidden = *empty = !part->shown;
  for (i = 0; i < GST_LIVEKIT_KINDS; i++) {
    GstLivekitPart *other = &self->parts[i];

    if (other->shown || (other->element && !other->ended))
      *empty = FALSE;
  }
  g_mutex_unlock (&self->lock);
}

/* A stream that ends before it began ends by itself, as long as there is another one. */
static GstPadProbeReturn
on_end (GstLivekitPart *part)
{
  GstMessage *problem;
  gboolean hidden, empty;

  end (part, &hidden, &empty);
  tell_complete (part->bin);
  if (!hidden)
    return GST_PAD_PROBE_OK;
  if (!empty)
    return GST_PAD_PROBE_DROP;
  problem = gst_livekit_bin_take_problem (part->bin);
  if (problem)
    gst_element_post_message (GST_ELEMENT (part->bin), problem);
  else if (!part->bin->told)
    gst_element_message_full (GST_ELEMENT (part->bin), GST_MESSAGE_ERROR, GST_RESOURCE_ERROR,
        GST_RESOURCE_ERROR_NOT_FOUND,
        g_strdup ("the room ended before there was a picture or a sound to play"), NULL, __FILE__,
        GST_FUNCTION, __LINE__);
  return GST_PAD_PROBE_DROP;
}

static GstPadProbeReturn
on_event (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstLivekitPart *part = data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_STREAM_START: /* both streams belong together */
      event = gst_event_make_writable (event);
      gst_event_set_group_id (event, part->bin->group);
      GST_PAD_PROBE_INFO_DATA (info) = event;
      return GST_PAD_PROBE_OK;
    case GST_EVENT_EOS:
      return on_end (part);
    default:
      return GST_PAD_PROBE_OK;
  }
}

/* What nobody takes is dropped, here or behind elements such as multiqueue: it is no error for the
 * other stream, and somebody can take it later. */
static GstFlowReturn
forgive (GstFlowReturn ret)
{
  return ret == GST_FLOW_NOT_LINKED ? GST_FLOW_OK : ret;
}

static GstFlowReturn
chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  return forgive (gst_proxy_pad_chain_default (pad, parent, buffer));
}

static GstFlowReturn
chain_list (GstPad *pad, GstObject *parent, GstBufferList *list)
{
  return forgive (gst_proxy_pad_chain_list_default (pad, parent, list));
}

static void
push_reconfigure (GstElement *element, gpointer ghost)
{
  GstPad *target = gst_ghost_pad_get_target (GST_GHOST_PAD (ghost));

  if (target)
    gst_pad_send_event (target, gst_event_new_reconfigure ());
  gst_clear_object (&target);
}

/* playsink sends RECONFIGURE with a lock held that it takes to answer a query for caps. The
 * element asks at once, so it hears of it on another thread. */
static gboolean
ghost_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  if (GST_EVENT_TYPE (event) != GST_EVENT_RECONFIGURE || !parent)
    return gst_pad_event_default (pad, parent, event);
  gst_event_unref (event);
  gst_element_call_async (GST_ELEMENT (parent), push_reconfigure, gst_object_ref (pad),
      gst_object_unref);
  return TRUE;
}

static GstPad *
ghost_new (GstLivekitPart *part)
{
  GstLivekitKind kind = part - part->bin->parts;
  GstPadTemplate *template =
      gst_element_class_get_pad_template (GST_ELEMENT_GET_CLASS (part->bin), template_names[kind]);
  gchar *name = g_strdup_printf (template_names[kind], 0);
  GstPad *ghost = gst_ghost_pad_new_from_template (name, part->source, template);
  GstProxyPad *inner = gst_proxy_pad_get_internal (GST_PROXY_PAD (ghost));

  g_free (name);
  gst_pad_set_chain_function (GST_PAD (inner), chain);
  gst_pad_set_chain_list_function (GST_PAD (inner), chain_list);
  gst_object_unref (inner);
  gst_pad_set_event_function (ghost, ghost_event);
  return gst_object_ref_sink (ghost);
}

static void
start_part (GstLivekitPart *part)
{
  part->source = gst_element_get_static_pad (part->element, "src");
  part->ghost = ghost_new (part);
  gst_pad_set_active (part->ghost, TRUE);
  part->gate = gst_pad_add_probe (part->source,
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST |
          GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
      on_data, part, NULL);
  part->events =
      gst_pad_add_probe (part->source, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, part, NULL);
}

static void
stop_part (GstLivekitPart *part)
{
  if (!part->source)
    return;
  if (part->gate)
    gst_pad_remove_probe (part->source, part->gate);
  gst_pad_remove_probe (part->source, part->events);
  gst_pad_set_active (part->ghost, FALSE);
  gst_ghost_pad_set_target (GST_GHOST_PAD (part->ghost), NULL);
  if (part->shown)
    gst_element_remove_pad (GST_ELEMENT (part->bin), part->ghost);
  part->gate = part->events = 0;
  part->offered = part->announced = part->subscribed = part->shown = part->ended = FALSE;
  gst_clear_message (&part->problem);
  gst_clear_object (&part->ghost);
  gst_clear_object (&part->source);
}

void
gst_livekit_bin_start_parts (GstLivekitBin *self)
{
  guint i;

  self->group = gst_util_group_id_next ();
  self->impatient = self->complete = self->told = FALSE;
  for (i = 0; i < GST_LIVEKIT_KINDS; i++) {
    if (self->parts[i].element)
      start_part (&self->parts[i]);
  }
}

void
gst_livekit_bin_stop_parts (GstLivekitBin *self)
{
  guint i;

  end_patience (self);
  for (i = 0; i < GST_LIVEKIT_KINDS; i++)
    stop_part (&self->parts[i]);
}

static GstLivekitPart *
part_of (GstLivekitBin *self, GstMessage *message)
{
  guint i;

  for (i = 0; i < GST_LIVEKIT_KINDS; i++) {
    GstObject *element = (GstObject *) self->parts[i].element;

    if (element && GST_MESSAGE_SRC (message) &&
        (GST_MESSAGE_SRC (message) == element ||
            gst_object_has_as_ancestor (GST_MESSAGE_SRC (message), element)))
      return &self->parts[i];
  }
  return NULL;
}

/* What a part says about its subscription tells whether there is something to wait for. */
static void
watch_progress (GstLivekitPart *part, GstMessage *message)
{
  GstProgressType type;
  gchar *code;

  gst_message_parse_progress (message, &type, &code, NULL);
  if (g_str_equal (code, "subscribe")) {
    g_mutex_lock (&part->bin->lock);
    part->offered = type != GST_PROGRESS_TYPE_CANCELED && type != GST_PROGRESS_TYPE_ERROR;
    part->announced = part->announced || part->offered;
    part->subscribed = part->subscribed || type == GST_PROGRESS_TYPE_COMPLETE;
    g_mutex_unlock (&part->bin->lock);
    tell_complete (part->bin);
  }
  g_free (code);
}

/* That there is no picture is no error for the sound, nor the other way round: it is one when
 * the other part fails, too, or when the only pad that was shown ends with it. */
static gboolean
watch_error (GstLivekitPart *part, GstMessage *message)
{
  GstLivekitBin *self = part->bin;
  GstLivekitPart *other = &self->parts[part == self->parts ? 1 : 0];
  gboolean alive, shown;

  g_mutex_lock (&self->lock);
  shown = other->shown;
  alive = other->element && !other->ended && (shown || !part->shown);
  part->ended = TRUE;
  if (alive && !shown) {
    gst_message_replace (&part->problem, message);
  } else if (!alive) {
    self->told = TRUE;
    gst_clear_message (&other->problem);
  }
  g_mutex_unlock (&self->lock);
  if (!alive)
    return TRUE;
  if (shown)
    warn_of (self, message);
  else
    gst_message_unref (message);
  tell_complete (self);
  return FALSE;
}

/* Nobody needs to hear every ten seconds that a room has no picture, or no sound. */
static gboolean
is_idle_warning (GstLivekitPart *part, GstMessage *message)
{
  GstLivekitBin *self = part->bin;
  GError *error = NULL;
  gboolean idle;

  g_mutex_lock (&self->lock);
  idle = !part->announced && (self->parts[0].shown || self->parts[1].shown);
  g_mutex_unlock (&self->lock);
  if (!idle)
    return FALSE;
  gst_message_parse_warning (message, &error, NULL);
  idle = g_error_matches (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND);
  g_error_free (error);
  return idle;
}

gboolean
gst_livekit_bin_watch_message (GstLivekitBin *self, GstMessage *message)
{
  GstLivekitPart *part = part_of (self, message);

  if (part && GST_MESSAGE_TYPE (message) == GST_MESSAGE_PROGRESS)
    watch_progress (part, message);
  if (part && GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    return watch_error (part, message);
  if (part && GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING &&
      is_idle_warning (part, message)) {
    gst_message_unref (message);
    return FALSE;
  }
  return TRUE;
}
