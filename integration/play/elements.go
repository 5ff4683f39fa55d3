package play

/*
#cgo pkg-config: gstreamer-1.0
#include <gst/gst.h>
#include <stdlib.h>

static void
describe (const GValue *item, gpointer text)
{
  GstElement *element = g_value_get_object (item);

  if (!GST_IS_BIN (element))
    g_string_append_printf (text, "%s %s %s\n", GST_OBJECT_NAME (gst_element_get_factory (element)),
        GST_OBJECT_NAME (element), gst_element_class_get_metadata (GST_ELEMENT_GET_CLASS (element), "klass"));
}

// One "factory name klass" a line; the caller frees.
static gchar *
elements (gpointer bin)
{
  GString *text = g_string_new (NULL);
  GstIterator *all = gst_bin_iterate_recurse (bin);

  gst_iterator_foreach (all, describe, text);
  gst_iterator_free (all);
  return g_string_free (text, FALSE);
}

// The klass of a factory, which GStreamer keeps, or NULL.
static const gchar *
klass_of (const char *name)
{
  GstElementFactory *factory = gst_element_factory_find (name);
  const gchar *klass = NULL;

  if (factory) {
    klass = gst_element_factory_get_metadata (factory, "klass");
    gst_object_unref (factory);
  }
  return klass;
}

static void
set_property (gpointer element, const char *name, const char *value)
{
  gst_util_set_object_arg (element, name, value);
}
*/
import "C"

import (
	"errors"
	"strings"
	"time"
	"unsafe"

	"github.com/go-gst/go-gst/gst"
	"github.com/go-gst/go-gst/gst/app"

	"github.com/gst-livekit/gst-livekit/integration/rig"
)

// Element is one of a pipeline's that is no bin.
type Element struct{ Factory, Name, Klass string }

// Elements are all in the pipeline, however deep.
func (p *Pipeline) Elements() []Element {
	text := C.elements(C.gpointer(p.Unsafe()))
	defer C.g_free(C.gpointer(unsafe.Pointer(text)))
	var all []Element
	for line := range strings.Lines(C.GoString(text)) {
		fields := strings.Fields(line)
		all = append(all, Element{fields[0], fields[1], fields[2]})
	}
	return all
}

// Decoders are the factories of those that decode.
func (p *Pipeline) Decoders() []string {
	var all []string
	for _, e := range p.Elements() {
		if strings.Contains(e.Klass, "Decoder") {
			all = append(all, e.Factory)
		}
	}
	return all
}

// Klass is what a factory says that its elements are, such as "Codec/Decoder/Video", and empty when there is none. (The one
// of go-gst frees the text, which is not its own.)
func Klass(factory string) string {
	name := C.CString(factory)
	defer C.free(unsafe.Pointer(name))
	return C.GoString(C.klass_of(name))
}

// Set sets a property as gst-launch-1.0 does.
func (p *Pipeline) Set(element, property, value string) {
	p.t.Helper()
	name, text := C.CString(property), C.CString(value)
	defer C.free(unsafe.Pointer(name))
	defer C.free(unsafe.Pointer(text))
	C.set_property(C.gpointer(p.Element(element).Unsafe()), name, text)
}

// Buffer is what came out of an appsink, raw or encoded.
type Buffer struct {
	Caps  string
	PTS   time.Duration
	Delta bool // it cannot be decoded by itself
	Data  []byte
}

// Buffer takes the next buffer from the appsink name=sink.
func (p *Pipeline) Buffer() Buffer {
	p.t.Helper()
	sink := app.SinkFromElement(p.Element("sink"))
	sample := sink.TryPullSample(gst.ClockTime(rig.Patience))
	if sample == nil {
		p.t.Fatalf("no buffer within %v, eos %v; messages:%s", rig.Patience, sink.IsEOS(), &p.messages)
	}
	buffer := sample.GetBuffer()
	return Buffer{
		Caps:  sample.GetCaps().String(),
		PTS:   time.Duration(buffer.PresentationTimestamp()),
		Delta: buffer.HasFlags(gst.BufferFlagDeltaUnit),
		Data:  buffer.Bytes(),
	}
}

// Replace unlinks what is behind an element, links elements in its place that are described as for gst-launch-1.0, and logs
// what comes to them. What was there, if anything, leaves the pipeline.
func (p *Pipeline) Replace(element, description string) *PadLog {
	p.t.Helper()
	pad := p.Element(element).GetStaticPad("src")
	if peer := pad.GetPeer(); peer != nil {
		pad.Unlink(peer)
		before := peer.GetParentElement()
		if err := errors.Join(p.Remove(before), before.SetState(gst.StateNull)); err != nil {
			p.t.Fatal(err)
		}
	}
	return p.link(pad, description)
}

// Branch links elements to a tee that are described as for gst-launch-1.0, and logs what comes to them.
func (p *Pipeline) Branch(tee, description string) *PadLog {
	p.t.Helper()
	return p.link(p.Element(tee).GetRequestPad("src_%u"), description)
}

// link starts elements before anything can come to them.
func (p *Pipeline) link(pad *gst.Pad, description string) *PadLog {
	p.t.Helper()
	next, err := gst.NewBinFromString(description, true)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := p.Add(next.Element); err != nil {
		p.t.Fatal(err)
	}
	if !next.SyncStateWithParent() {
		p.t.Fatalf("%s does not start", description)
	}
	log := p.Log(next.GetName(), "sink")
	if ret := pad.Link(next.GetStaticPad("sink")); ret != gst.PadLinkOK {
		p.t.Fatalf("%s is not linked: %v", description, ret)
	}
	return log
}
