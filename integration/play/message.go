package play

/*
#cgo pkg-config: gstreamer-1.0
#include <gst/gst.h>

// What go-gst does not read from an error: its domain and its code.
static int
error_code (GstMessage *message, GQuark *domain)
{
  GError *error = NULL;
  int code;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  else
    gst_message_parse_warning (message, &error, NULL);
  *domain = error->domain;
  code = error->code;
  g_error_free (error);
  return code;
}

// The text is the caller's, and NULL without a structure.
static char *
structure_text (GstMessage *message, const char **name)
{
  const GstStructure *structure = gst_message_get_structure (message);

  if (!structure)
    return NULL;
  *name = gst_structure_get_name (structure);
  return gst_structure_to_string (structure);
}
*/
import "C"

import (
	"fmt"
	"strings"
	"sync"
	"unsafe"

	"github.com/go-gst/go-gst/gst"

	"github.com/gst-livekit/gst-livekit/internal/testkit/teststructure"
)

// Message is what came over a pipeline's bus.
type Message struct {
	Type   gst.MessageType
	Source string // name of the element
	Name   string // of the structure, if it has one
	Detail string // the structure, if it has one

	// Structure is nil if it has none.
	Structure *teststructure.Structure

	// Domain, Code and Text are those of an error or a warning, as in "gst-resource-error-quark", 15 and a sentence.
	Domain string
	Code   int
	Text   string
	Debug  string
}

func (m Message) String() string {
	s := fmt.Sprintf("%s from %s", m.Type, m.Source)
	if m.Text != "" {
		return s + fmt.Sprintf(": %s %d: %s (%s)", m.Domain, m.Code, m.Text, m.Debug)
	}
	return s + ": " + m.Detail
}

func newMessage(m *gst.Message) Message {
	message := Message{Type: m.Type(), Source: m.Source()}
	c := (*C.GstMessage)(unsafe.Pointer(m.Instance()))
	var name *C.char
	if text := C.structure_text(c, &name); text != nil {
		message.Name, message.Detail = C.GoString(name), C.GoString(text)
		C.g_free(C.gpointer(unsafe.Pointer(text)))
		message.Structure = teststructure.Read(unsafe.Pointer(C.gst_message_get_structure(c)))
	}
	if message.Type == gst.MessageError || message.Type == gst.MessageWarning {
		parsed := m.ParseError()
		if message.Type == gst.MessageWarning {
			parsed = m.ParseWarning()
		}
		var domain C.GQuark
		message.Code = int(C.error_code(c, &domain))
		message.Domain = C.GoString(C.g_quark_to_string(domain))
		message.Text, message.Debug = parsed.Error(), parsed.DebugString()
	}
	return message
}

// messages are all that came so far.
type messages struct {
	mu   sync.Mutex
	all  []Message
	more chan struct{} // closed at the next add
}

func (m *messages) add(message Message) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all = append(m.all, message)
	close(m.more)
	m.more = make(chan struct{})
}

// since returns what came after the first n, and a channel that is closed when there is more.
func (m *messages) since(n int) ([]Message, <-chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.all[n:], m.more
}

func (m *messages) String() string {
	all, _ := m.since(0)
	var b strings.Builder
	for _, message := range all {
		b.WriteString("\n\t" + message.String())
	}
	return b.String()
}
