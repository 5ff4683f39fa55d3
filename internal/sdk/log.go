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

// logAdapter passes the SDK's records to slog, one level lower than the SDK's: what is an error in a part that tries
// again is none for the whole, and the errors that matter are returned.
type logAdapter struct {
	log    *slog.Logger
	redact *Redactor
}

// NewLogger returns a logger for the SDK. If log is nil, it discards everything.
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

// RedirectLog makes the SDK's process-wide logger write to log instead of standard error, which is its default; nil
// discards everything. pion only logs there. Only the first call has an effect.
//
// It is for a process in which only we use this copy of the SDK, as in a plugin: the plugin calls it before anything
// else, because the SDK reads its logger without a lock. A program that links the SDK itself chooses with
// lksdk.SetLogger; nothing else in this module calls RedirectLog.
func RedirectLog(log *slog.Logger) {
	redirectOnce.Do(func() { lksdk.SetLogger(NewLogger(log, NewRedactor())) })
}
