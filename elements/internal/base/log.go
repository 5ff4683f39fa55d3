package base

/*
#include <stdlib.h>
#include "border.h"
*/
import "C"

import (
	"context"
	"log/slog"
	"strings"
	"unsafe"

	"github.com/gst-livekit/gst-livekit/internal/room"
)

// logHandler writes slog records into an element's debug category.
type logHandler struct {
	category *C.GstDebugCategory
	object   unsafe.Pointer // that the records are about; may be nil
	prefix   string         // attributes of WithAttrs, already formatted
	group    string         // names of WithGroup, each with a dot behind it
}

// Logger is for what ends before the run does.
func (e Element) Logger() *slog.Logger {
	return slog.New(logHandler{category: e.category(), object: e.c})
}

// CategoryLogger is for what belongs to no element. It writes into a GstDebugCategory.
func CategoryLogger(category unsafe.Pointer) *slog.Logger {
	return slog.New(logHandler{category: (*C.GstDebugCategory)(category)})
}

func (e Element) category() *C.GstDebugCategory {
	return C.gst_livekit_base_src_category(C.gpointer(e.c))
}

// roomLogger is for the connection, which may outlive the element, because others go on with it. The records have the
// element's name instead, if the connection is the element's alone.
func (e Element) roomLogger(shared bool) *slog.Logger {
	logger := slog.New(logHandler{category: e.category()})
	if shared {
		return logger
	}
	name := C.gst_object_get_name((*C.GstObject)(e.c))
	defer C.g_free(C.gpointer(name))
	return logger.With("element", C.GoString(name))
}

// gstLevel is GStreamer's debug level for a slog level.
func gstLevel(level slog.Level) C.gint {
	switch {
	case level >= slog.LevelError:
		return C.GST_LEVEL_ERROR
	case level >= slog.LevelWarn:
		return C.GST_LEVEL_WARNING
	case level >= slog.LevelInfo:
		return C.GST_LEVEL_INFO
	case level >= slog.LevelDebug:
		return C.GST_LEVEL_DEBUG
	case level >= room.LevelTrace:
		return C.GST_LEVEL_LOG
	default:
		return C.GST_LEVEL_TRACE
	}
}

func (h logHandler) Enabled(_ context.Context, level slog.Level) bool {
	return C.gst_livekit_log_enabled(h.category, gstLevel(level)) != 0
}

func (h logHandler) Handle(_ context.Context, record slog.Record) error {
	var b strings.Builder
	b.WriteString(record.Message)
	b.WriteString(h.prefix)
	record.Attrs(func(a slog.Attr) bool {
		writeAttr(&b, h.group, a)
		return true
	})
	message := C.CString(b.String())
	defer C.free(unsafe.Pointer(message))
	C.gst_livekit_log(h.category, C.gpointer(h.object), gstLevel(record.Level), message)
	return nil
}

func (h logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	var b strings.Builder
	b.WriteString(h.prefix)
	for _, a := range attrs {
		writeAttr(&b, h.group, a)
	}
	h.prefix = b.String()
	return h
}

func (h logHandler) WithGroup(name string) slog.Handler {
	h.group += name + "."
	return h
}

func writeAttr(b *strings.Builder, group string, a slog.Attr) {
	b.WriteByte(' ')
	b.WriteString(group)
	b.WriteString(a.Key)
	b.WriteByte('=')
	b.WriteString(a.Value.Resolve().String())
}
