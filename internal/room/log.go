package room

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

// sdkLogger hands the SDK's records to slog, one level lower than the SDK thinks: what is an error to a part that tries
// again is not one to the whole, and the errors that matter are returned.
type sdkLogger struct {
	log    *slog.Logger
	redact *redactor
}

// newSDKLogger is silent when log is nil.
func newSDKLogger(log *slog.Logger, redact *redactor) logger.Logger {
	if log == nil {
		return logger.GetDiscardLogger()
	}
	return &sdkLogger{log: log, redact: redact}
}

func (l *sdkLogger) attrs(err error, keysAndValues []any) []slog.Attr {
	attrs := make([]slog.Attr, 0, len(keysAndValues)/2+1)
	if err != nil {
		attrs = append(attrs, slog.Attr{Key: "error", Value: l.redact.value(err)})
	}
	for i := 0; i+1 < len(keysAndValues); i += 2 {
		attrs = append(attrs, slog.Attr{Key: fmt.Sprint(keysAndValues[i]), Value: l.redact.value(keysAndValues[i+1])})
	}
	return attrs
}

func (l *sdkLogger) write(level slog.Level, msg string, err error, keysAndValues []any) {
	guard.Do("room: log", nil, func() {
		ctx := context.Background()
		if l.log.Enabled(ctx, level) {
			l.log.LogAttrs(ctx, level, l.redact.text(msg), l.attrs(err, keysAndValues)...)
		}
	})
}

func (l *sdkLogger) Debugw(msg string, kv ...any) { l.write(LevelTrace, msg, nil, kv) }
func (l *sdkLogger) Infow(msg string, kv ...any)  { l.write(slog.LevelDebug, msg, nil, kv) }

func (l *sdkLogger) Warnw(msg string, err error, kv ...any) { l.write(slog.LevelInfo, msg, err, kv) }

func (l *sdkLogger) Errorw(msg string, err error, kv ...any) { l.write(slog.LevelWarn, msg, err, kv) }

func (l *sdkLogger) WithValues(kv ...any) logger.Logger {
	with := l
	guard.Do("room: log with values", nil, func() {
		with = &sdkLogger{log: slog.New(l.log.Handler().WithAttrs(l.attrs(nil, kv))), redact: l.redact}
	})
	return with
}

func (l *sdkLogger) WithUnlikelyValues(kv ...any) logger.UnlikelyLogger {
	return logger.NewUnlikelyLogger(l, kv...)
}

func (l *sdkLogger) WithName(name string) logger.Logger { return l.WithValues("logger", name) }
func (l *sdkLogger) WithComponent(component string) logger.Logger {
	return l.WithValues("component", component)
}
func (l *sdkLogger) WithCallDepth(int) logger.Logger { return l }
func (l *sdkLogger) WithItemSampler() logger.Logger  { return l }
func (l *sdkLogger) WithoutSampler() logger.Logger   { return l }

func (l *sdkLogger) WithDeferredValues() (logger.Logger, logger.DeferredFieldResolver) {
	return l, noDeferred{}
}

// noDeferred ignores values that come after the record.
type noDeferred struct{}

func (noDeferred) Resolve(...any) {}
func (noDeferred) Reset()         {}

var redirectOnce sync.Once

// RedirectSDKLog takes the SDK's process-wide logger away from standard error, where it writes by default, and gives it to
// log; nil discards it. pion's own records only go there. The first call wins.
//
// It is for a process that has this copy of the SDK to itself, which a plugin has: the plugin calls it before anything
// else, because the SDK reads its logger without a lock. A program that links the SDK itself decides with lksdk.SetLogger;
// nothing in this package calls RedirectSDKLog on its own.
func RedirectSDKLog(log *slog.Logger) {
	redirectOnce.Do(func() { lksdk.SetLogger(newSDKLogger(log, newRedactor())) })
}
