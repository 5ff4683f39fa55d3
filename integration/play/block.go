package play

/*
#cgo pkg-config: gstreamer-1.0
#include <gst/gst.h>
#include <stdlib.h>

typedef struct {
  GstPad *pad; // owned
  gulong probe;
  GAsyncQueue *held; // one token when something waits at the pad
} Block;

static GstPadProbeReturn
on_blocked (GstPad *pad, GstPadProbeInfo *info, gpointer held)
{
  g_async_queue_push (held, pad);
  return GST_PAD_PROBE_OK; // which keeps the pad blocked
}

static Block *
block_new (gpointer element, const char *name)
{
  Block *block = g_new0 (Block, 1);

  block->pad = gst_element_get_static_pad (element, name);
  block->held = g_async_queue_new ();
  return block;
}

static void
block_now (Block *block)
{
  block->probe = gst_pad_add_probe (block->pad, GST_PAD_PROBE_TYPE_BLOCK_DOWNSTREAM, on_blocked,
      g_async_queue_ref (block->held), (GDestroyNotify) g_async_queue_unref);
}

// On the pad behind the element's own, which it shows: with a buffer on its way.
static GstPadProbeReturn
on_buffer (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  block_now (data);
  return GST_PAD_PROBE_REMOVE;
}

static gboolean
block_in_flight (Block *block)
{
  GstPad *target = gst_ghost_pad_get_target (GST_GHOST_PAD (block->pad));

  if (!target)
    return FALSE;
  gst_pad_add_probe (target, GST_PAD_PROBE_TYPE_BUFFER, on_buffer, block, NULL);
  gst_object_unref (target);
  return TRUE;
}

static gboolean
block_await (Block *block, guint64 microseconds)
{
  return g_async_queue_timeout_pop (block->held, microseconds) != NULL;
}

static void
block_lift (Block *block)
{
  gst_pad_remove_probe (block->pad, block->probe);
}

static void
block_free (Block *block)
{
  g_async_queue_unref (block->held);
  gst_object_unref (block->pad);
  g_free (block);
}
*/
import "C"

import (
	"sync"
	"testing"
	"unsafe"

	"github.com/gst-livekit/gst-livekit/integration/rig"
)

// Block is a pad that an application has blocked.
type Block struct {
	// Lift unblocks the pad. It may be called more than once.
	Lift func()

	t testing.TB
	c *C.Block
}

// Block blocks a pad for what goes downstream, as an application does that is about to relink it. It ends with the test.
func (p *Pipeline) Block(element, pad string) *Block {
	p.t.Helper()
	b := p.newBlock(element, pad)
	C.block_now(b.c)
	return b
}

// BlockInFlight is Block while a buffer is on its way, and returns when that waits at the pad. An element that notices that
// its pad is blocked may give nothing more.
func (p *Pipeline) BlockInFlight(element, pad string) *Block {
	p.t.Helper()
	b := p.newBlock(element, pad)
	if C.block_in_flight(b.c) == 0 {
		p.t.Fatalf("nothing is behind the pad %s of %s", pad, element)
	}
	b.Await()
	return b
}

func (p *Pipeline) newBlock(element, pad string) *Block {
	name := C.CString(pad)
	defer C.free(unsafe.Pointer(name))
	c := C.block_new(C.gpointer(p.Element(element).Unsafe()), name)
	b := &Block{t: p.t, c: c, Lift: sync.OnceFunc(func() { C.block_lift(c) })}
	p.t.Cleanup(func() {
		b.Lift()
		C.block_free(c)
	})
	return b
}

// Await waits until something is held up at the pad.
func (b *Block) Await() {
	b.t.Helper()
	if C.block_await(b.c, C.guint64(rig.Patience.Microseconds())) == 0 {
		b.t.Fatalf("nothing came to the blocked pad within %v", rig.Patience)
	}
}
