package leaks

/*
#cgo pkg-config: gstreamer-1.0
#include <gst/gst.h>
#include <stdlib.h>

// One pipeline, which plays for as long as it is there. It is for one thread.
typedef struct {
  GstElement *pipeline; // owned
  GstElement *mixer;    // the pipeline's
  GstBus *bus;          // owned
  gchar *problem;       // the first thing that went wrong, owned
} Wall;

// A livekitsrc in a wall, and what takes its pictures: a pad of the mixer, or elements of its own.
typedef struct {
  GstElement *source; // owned
  GstPad *pad;        // owned, its
  gulong probe;       // on that
  GstElement *tail;   // owned, NULL with the mixer
  GstPad *taken_by;   // owned
  GstBus *bus;        // owned
  gint buffers;       // that have come out of it
  gint wanted;        // how many are waited for
  GstClockTime last;  // PTS, for the streaming thread alone
  gint backwards;     // times that PTS did not rise
} Seat;

// For a seat that gives nothing any more.
static void
seat_free (Seat *seat)
{
  gst_pad_remove_probe (seat->pad, seat->probe);
  gst_object_unref (seat->pad);
  gst_object_unref (seat->source);
  if (seat->tail)
    gst_object_unref (seat->tail);
  gst_object_unref (seat->taken_by);
  gst_object_unref (seat->bus);
  g_free (seat);
}

static gint
seat_buffers (Seat *seat)
{
  return g_atomic_int_get (&seat->buffers);
}

// Wakes whoever waits for this on the bus.
static void
seat_tell (Seat *seat)
{
  gst_bus_post (seat->bus, gst_message_new_application (NULL, gst_structure_new_empty ("seat")));
}

static GstPadProbeReturn
on_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Seat *seat = data;
  GstClockTime pts = GST_BUFFER_PTS (GST_PAD_PROBE_INFO_BUFFER (info));

  if (seat->last != GST_CLOCK_TIME_NONE && pts <= seat->last)
    g_atomic_int_inc (&seat->backwards);
  seat->last = pts;
  if (g_atomic_int_add (&seat->buffers, 1) + 1 == g_atomic_int_get (&seat->wanted))
    seat_tell (seat);
  return GST_PAD_PROBE_OK;
}

static GstPadProbeReturn
on_blocked (GstPad *pad, GstPadProbeInfo *info, gpointer held)
{
  g_async_queue_push (held, pad);
  return GST_PAD_PROBE_OK; // which keeps the pad blocked
}

static void
block (GstPad *pad, GstPadProbeType kind, GAsyncQueue *held)
{
  gst_pad_add_probe (pad, kind, on_blocked, g_async_queue_ref (held), (GDestroyNotify) g_async_queue_unref);
}

typedef struct {
  GstPad *pad;       // owned
  GAsyncQueue *held; // owned
} Flight;

static void
flight_free (gpointer data)
{
  Flight *flight = data;

  gst_object_unref (flight->pad);
  g_async_queue_unref (flight->held);
  g_free (flight);
}

// On the pad behind the element's own, which it shows: with a buffer on its way.
static GstPadProbeReturn
on_flight (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Flight *flight = data;

  block (flight->pad, GST_PAD_PROBE_TYPE_BLOCK_DOWNSTREAM, flight->held);
  return GST_PAD_PROBE_REMOVE;
}

static void
block_in_flight (GstPad *pad, GAsyncQueue *held)
{
  GstPad *target = gst_ghost_pad_get_target (GST_GHOST_PAD (pad));
  Flight *flight;

  if (!target)
    return;
  flight = g_new (Flight, 1);
  flight->pad = gst_object_ref (pad);
  flight->held = g_async_queue_ref (held);
  gst_pad_add_probe (target, GST_PAD_PROBE_TYPE_BUFFER, on_flight, flight, flight_free);
  gst_object_unref (target);
}

static void
wall_fail (Wall *wall, gchar *problem)
{
  if (wall->problem)
    g_free (problem);
  else
    wall->problem = problem;
}

// Does what an application owes its pipeline.
static void
wall_handle (Wall *wall, GstMessage *message)
{
  GError *error = NULL;

  switch (GST_MESSAGE_TYPE (message)) {
    case GST_MESSAGE_LATENCY:
      gst_bin_recalculate_latency (GST_BIN (wall->pipeline));
      break;
    case GST_MESSAGE_ERROR:
      gst_message_parse_error (message, &error, NULL);
      wall_fail (wall, g_strdup_printf ("%s: %s", GST_MESSAGE_SRC_NAME (message), error->message));
      g_error_free (error);
      break;
    case GST_MESSAGE_EOS:
      wall_fail (wall, g_strdup ("the wall has ended"));
      break;
    default:
      break;
  }
  gst_message_unref (message);
}

static Wall *
wall_new (const gchar *description)
{
  Wall *wall = g_new0 (Wall, 1);

  wall->pipeline = gst_object_ref_sink (gst_parse_launch (description, NULL));
  wall->mixer = gst_bin_get_by_name (GST_BIN (wall->pipeline), "wall");
  gst_object_unref (wall->mixer);
  wall->bus = gst_element_get_bus (wall->pipeline);
  gst_element_set_state (wall->pipeline, GST_STATE_PLAYING);
  return wall;
}

static void
wall_stop (Wall *wall)
{
  gst_element_set_state (wall->pipeline, GST_STATE_NULL);
}

static void
wall_free (Wall *wall)
{
  gst_object_unref (wall->bus);
  gst_object_unref (wall->pipeline);
  g_free (wall->problem);
  g_free (wall);
}

static void
wall_let_pass (Wall *wall, GstClockTime time)
{
  GstClockTime until = gst_util_get_timestamp () + time;

  for (;;) {
    GstClockTime now = gst_util_get_timestamp ();
    GstMessage *message = gst_bus_timed_pop (wall->bus, now < until ? until - now : 0);

    if (!message)
      return;
    wall_handle (wall, message);
  }
}

// Waits until so many more have come.
static void
wall_await (Wall *wall, Seat *seat, gint more, GstClockTime patience)
{
  GstClockTime until = gst_util_get_timestamp () + patience;
  gint wanted = g_atomic_int_get (&seat->buffers) + more;

  g_atomic_int_set (&seat->wanted, wanted);
  while (!wall->problem && g_atomic_int_get (&seat->buffers) < wanted) {
    GstClockTime now = gst_util_get_timestamp ();
    GstMessage *message = now < until ? gst_bus_timed_pop (wall->bus, until - now) : NULL;

    if (!message) {
      wall_fail (wall, g_strdup_printf ("%s gave %d of %d pictures", GST_OBJECT_NAME (seat->source),
              g_atomic_int_get (&seat->buffers), wanted));
      return;
    }
    wall_handle (wall, message);
  }
}

static Seat *
wall_add (Wall *wall, const gchar *source, const gchar *tail)
{
  Seat *seat = g_new0 (Seat, 1);

  seat->last = GST_CLOCK_TIME_NONE;
  seat->bus = gst_object_ref (wall->bus);
  seat->source = gst_object_ref_sink (gst_parse_launch (source, NULL));
  gst_bin_add (GST_BIN (wall->pipeline), seat->source);
  if (tail) {
    seat->tail = gst_object_ref_sink (gst_parse_bin_from_description (tail, TRUE, NULL));
    gst_bin_add (GST_BIN (wall->pipeline), seat->tail);
    gst_element_sync_state_with_parent (seat->tail);
    seat->taken_by = gst_element_get_static_pad (seat->tail, "sink");
  } else {
    seat->taken_by = gst_element_request_pad_simple (wall->mixer, "sink_%u");
  }
  seat->pad = gst_element_get_static_pad (seat->source, "src");
  seat->probe = gst_pad_add_probe (seat->pad, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, seat, NULL);
  if (GST_PAD_LINK_FAILED (gst_pad_link (seat->pad, seat->taken_by)))
    wall_fail (wall, g_strdup_printf ("%s cannot be linked", GST_OBJECT_NAME (seat->source)));
  if (!gst_element_sync_state_with_parent (seat->source))
    wall_fail (wall, g_strdup_printf ("%s does not start", GST_OBJECT_NAME (seat->source)));
  return seat;
}

static void
remove_element (Wall *wall, GstElement *element)
{
  // Whose state is not to follow the pipeline's again.
  gst_element_set_locked_state (element, TRUE);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (wall->pipeline), element);
}

typedef enum { NO_BLOCK, NOT_AWAITED, IDLE, IN_FLIGHT } Block;

// Removes a seat and frees it.
static void
wall_remove (Wall *wall, Seat *seat, Block how, GstClockTime patience)
{
  GAsyncQueue *held = g_async_queue_new ();

  if (how == IDLE)
    block (seat->pad, GST_PAD_PROBE_TYPE_IDLE, held);
  else if (how == NOT_AWAITED)
    block (seat->pad, GST_PAD_PROBE_TYPE_BLOCK_DOWNSTREAM, held);
  else if (how == IN_FLIGHT)
    block_in_flight (seat->pad, held);
  if (how >= IDLE && !g_async_queue_timeout_pop (held, patience / 1000))
    wall_fail (wall, g_strdup_printf ("nothing waits at the pad of %s", GST_OBJECT_NAME (seat->source)));
  gst_pad_unlink (seat->pad, seat->taken_by);
  remove_element (wall, seat->source);
  if (seat->tail)
    remove_element (wall, seat->tail);
  else
    gst_element_release_request_pad (wall->mixer, seat->taken_by);
  if (g_atomic_int_get (&seat->backwards) > 0)
    wall_fail (wall, g_strdup_printf ("PTS of %s did not rise %d times", GST_OBJECT_NAME (seat->source), seat->backwards));
  g_async_queue_unref (held);
  seat_free (seat);
}
*/
import "C"

import (
	"errors"
	"time"
	"unsafe"
)

// Wall is a pipeline that plays while elements are added to it and removed. It is for one goroutine.
type Wall struct {
	c     *C.Wall
	seats map[*Seat]bool
}

// Seat is an element in a wall, with what takes its pictures.
type Seat struct{ c *C.Seat }

// Block is how the pad of an element is blocked before it is unlinked.
type Block C.Block

// The ways to block a pad. InFlight waits until a buffer is held up there, so that the element must be giving some.
const (
	NoBlock    Block = C.NO_BLOCK
	NotAwaited Block = C.NOT_AWAITED
	Idle       Block = C.IDLE
	InFlight   Block = C.IN_FLIGHT
)

// NewWall plays a pipeline whose mixer has the name "wall".
func NewWall(description string) *Wall {
	text := C.CString(description)
	defer C.free(unsafe.Pointer(text))
	return &Wall{C.wall_new(text), make(map[*Seat]bool)}
}

// Err is the first thing that went wrong, also what the pipeline said.
func (w *Wall) Err() error {
	if w.c.problem == nil {
		return nil
	}
	return errors.New(C.GoString(w.c.problem))
}

// Add adds the one element that source describes, and links it to what tail describes, or to the mixer if that is empty.
func (w *Wall) Add(source, tail string) *Seat {
	sourceText := C.CString(source)
	defer C.free(unsafe.Pointer(sourceText))
	var tailText *C.char
	if tail != "" {
		tailText = C.CString(tail)
		defer C.free(unsafe.Pointer(tailText))
	}
	seat := &Seat{C.wall_add(w.c, (*C.gchar)(sourceText), (*C.gchar)(tailText))}
	w.seats[seat] = true
	return seat
}

// Remove unlinks, stops and removes a seat, which is gone then.
func (w *Wall) Remove(seat *Seat, block Block, patience time.Duration) {
	C.wall_remove(w.c, seat.c, C.Block(block), C.GstClockTime(patience))
	delete(w.seats, seat)
}

// Pictures is how many a seat has given.
func (w *Wall) Pictures(seat *Seat) int { return int(C.seat_buffers(seat.c)) }

// LetPass lets the wall play for so long.
func (w *Wall) LetPass(d time.Duration) { C.wall_let_pass(w.c, C.GstClockTime(d)) }

// Await lets the wall play until a seat has given so many more pictures.
func (w *Wall) Await(seat *Seat, pictures int, patience time.Duration) {
	C.wall_await(w.c, seat.c, C.gint(pictures), C.GstClockTime(patience))
}

// Close stops the wall with all seats that are in it, and returns what Err does.
func (w *Wall) Close() error {
	err := w.Err()
	C.wall_stop(w.c)
	for seat := range w.seats {
		C.seat_free(seat.c)
	}
	C.wall_free(w.c)
	return err
}
