package sdk

import (
	"context"
	"fmt"
	"log/slog"
	"sync"

	"github.com/livekit/protocol/logger"
	lksdk "github.com/livekit/server-sdk-go/v2"

	"github.com/gst-livekit/gst-livekit/internal/guard"
)

// LevelTrace is the level of the SDK's debug records: session descriptions and ICE candidates.
const LevelTrace = slog.LevelDebug - 4

// logAdapter hands the SDK's records to slog, one level lower than the SDK thinks: what is an error to a part that tries
// again is not one to the whole, and the errors that matter are returned.
type logAdapter struct {
	log    *slog.Logger
	redact *Redactor
}

// NewLogger is silent when log is nil.
func NewLogger(log *slog.Logger, redact *Redactor) logger.Logger {
	if log == nil {
		return logger.GetDiscardLogger()
	}
	return &logAdapter{log: log, redact: redact}
}

func (l *logAdapter) attrs(err error, keysAndValues []any) []slog.Attr {
	attrs := make([]slog.Attr, 0, len(keysAndValues)/2+1)
	if err != nil {
		attrs = append(attrs, slog.Attr{Key: "error", Value: l.redact.value(err)})
	}
	for i := 0; i+1 < len(keysAndValues); i += 2 {
		attrs = append(attrs, slog.Attr{Key: fmt.Sprint(keysAndValues[i]), Value: l.redact.value(keysAndValues[i+1])})
	}
	return attrs
}

func (l *logAdapter) write(level slog.Level, msg string, err error, keysAndValues []any) {
	guard.Do("sdk: log", nil, func() {
		ctx := context.Background()
		if l.log.Enabled(ctx, level) {
			l.log.LogAttrs(ctx, level, l.redact.Text(msg), l.attrs(err, keysAndValues)...)
		}
	})
}

func (l *logAdapter) Debugw(msg string, kv ...any) { l.write(LevelTrace, msg, nil, kv) }
func (l *logAdapter) Infow(msg string, kv ...any)  { l.write(slog.LevelDebug, msg, nil, kv) }

func (l *logAdapter) Warnw(msg string, err error, kv ...any) { l.write(slog.LevelInfo, msg, err, kv) }

func (l *logAdapter) Errorw(msg string, err error, kv ...any) { l.write(slog.LevelWarn, msg, err, kv) }

func (l *logAdapter) WithValues(kv ...any) logger.Logger {
	with := l
	guard.Do("sdk: log with values", nil, func() {
		with = &logAdapter{log: slog.New(l.log.Handler().WithAttrs(l.attrs(nil, kv))), redact: l.redact}
	})
	return with
}

func (l *logAdapter) WithUnlikelyValues(kv ...any) logger.UnlikelyLogger {
	return logger.NewUnlikelyLogger(l, kv...)
}

func (l *logAdapter) WithName(name string) logger.Logger { return l.WithValues("logger", name) }
func (l *logAdapter) WithComponent(component string) logger.Logger {
	return l.WithValues("component", component)
}
func (l *logAdapter) WithCallDepth(int) logger.Logger { return l }
func (l *logAdapter) WithItemSampler() logger.Logger  { return l }
func (l *logAdapter) WithoutSampler() logger.Logger   { return l }

func (l *logAdapter) WithDeferredValues() (logger.Logger, logger.DeferredFieldResolver) {
	return l, noDeferred{}
}

// noDeferred ignores values that come after the record.
type noDeferred struct{}

func (noDeferred) Resolve(...any) {}
func (noDeferred) Reset()         {}

var redirectOnce sync.Once

// RedirectLog takes the SDK's process-wide logger away from standard error, where it writes by default, and gives it to
// log; nil discards it. pion's own records only go there. The first call wins.
//
// It is for a process that has this copy of the SDK to itself, which a plugin has: the plugin calls it before anything
// else, because the SDK reads its logger without a lock. A program that links the SDK itself decides with lksdk.SetLogger;
// nothing else in this module calls RedirectLog on its own.
func RedirectLog(log *slog.Logger) {
	redirectOnce.Do(func() { lksdk.SetLogger(NewLogger(log, NewRedactor())) })
}
