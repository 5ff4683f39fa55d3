package testpublisher

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"sync"

	"github.com/go-logr/logr"
	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"
)

func init() {
	// pion's records go nowhere else, and the SDK reads this variable without a lock: it is set before any goroutine.
	lksdk.SetLogger(logger.GetDiscardLogger())
}

// sdkLog is where the SDK logs to. Some of its goroutines end after it says that it is done: what they still say
// goes nowhere, so that nobody's Logger is used after Close.
type sdkLog struct {
	mu     sync.RWMutex
	closed bool
}

func (l *sdkLog) logger(to *slog.Logger) logger.Logger {
	if to == nil {
		return logger.GetDiscardLogger()
	}
	return logger.LogRLogger(logr.FromSlogHandler(redactor{log: l, next: to.Handler()}))
}

func (l *sdkLog) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
}

// token matches access tokens, which the SDK has in its URLs.
var token = regexp.MustCompile(`eyJ[\w-]+\.[\w-]+\.[\w-]+`)

func redact(text string) string { return token.ReplaceAllString(text, "<token>") }

// redactedError is an error without access tokens in its text.
type redactedError struct {
	err error
}

func (e redactedError) Error() string { return redact(e.err.Error()) }
func (e redactedError) Unwrap() error { return e.err }

// redactor takes access tokens out of what it hands on.
type redactor struct {
	log  *sdkLog
	next slog.Handler
}

func (r redactor) Enabled(ctx context.Context, level slog.Level) bool {
	return r.next.Enabled(ctx, level)
}

func (r redactor) Handle(ctx context.Context, record slog.Record) error {
	clean := slog.NewRecord(record.Time, record.Level, redact(record.Message), record.PC)
	record.Attrs(func(attr slog.Attr) bool {
		clean.AddAttrs(redactAttr(attr))
		return true
	})
	r.log.mu.RLock()
	defer r.log.mu.RUnlock()
	if r.log.closed {
		return nil
	}
	return r.next.Handle(ctx, clean)
}

func (r redactor) WithAttrs(attrs []slog.Attr) slog.Handler {
	clean := make([]slog.Attr, 0, len(attrs))
	for _, attr := range attrs {
		clean = append(clean, redactAttr(attr))
	}
	return redactor{r.log, r.next.WithAttrs(clean)}
}

func (r redactor) WithGroup(name string) slog.Handler {
	return redactor{r.log, r.next.WithGroup(name)}
}

func redactAttr(attr slog.Attr) slog.Attr {
	if text := fmt.Sprint(attr.Value.Resolve().Any()); token.MatchString(text) {
		return slog.String(attr.Key, redact(text))
	}
	return attr
}
