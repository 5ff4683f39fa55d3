package base

/*
#include <stdlib.h>
#include "border.h"
*/
import "C"

import "unsafe"

// progress is a task that takes a while, told in GST_MESSAGE_PROGRESS messages.
// gst-launch-1.0 waits in PAUSED while one is open, so each must come to an end.
type progress struct {
	element Element
	code    string
	open    bool
}

func (p *progress) start(text string) {
	if !p.open {
		p.open = true
		p.post(C.GST_PROGRESS_TYPE_START, text)
	}
}

func (p *progress) complete(text string) { p.end(C.GST_PROGRESS_TYPE_COMPLETE, text) }

func (p *progress) fail(text string) { p.end(C.GST_PROGRESS_TYPE_ERROR, text) }

func (p *progress) cancel(text string) { p.end(C.GST_PROGRESS_TYPE_CANCELED, text) }

func (p *progress) end(kind C.GstProgressType, text string) {
	if p.open {
		p.open = false
		p.post(kind, text)
	}
}

func (p *progress) post(kind C.GstProgressType, text string) {
	code, message := C.CString(p.code), C.CString(text)
	defer C.free(unsafe.Pointer(code))
	defer C.free(unsafe.Pointer(message))
	C.gst_livekit_base_src_post_progress(C.gpointer(p.element.c), kind, code, message)
}
