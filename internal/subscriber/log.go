package subscriber

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/pion/logging"
)

// LevelTrace is for what pion says in detail.
const LevelTrace = slog.LevelDebug - 4

// pionLog gives pion's records to slog, lower than pion thinks: what is an error to a part that tries again is not one to the
// whole. It is asked for the level before a record is made.
type pionLog struct{ log *slog.Logger }

// NewLogger implements logging.LoggerFactory.
func (l pionLog) NewLogger(scope string) logging.LeveledLogger {
	return pionLog{l.log.With("pion", scope)}
}

func (l pionLog) write(level slog.Level, format string, args ...any) {
	if l.log.Enabled(context.Background(), level) {
		l.log.Log(context.Background(), level, fmt.Sprintf(format, args...))
	}
}

// The rest implements logging.LeveledLogger.

func (l pionLog) Trace(msg string)          { l.write(LevelTrace, "%s", msg) }
func (l pionLog) Tracef(f string, a ...any) { l.write(LevelTrace, f, a...) }
func (l pionLog) Debug(msg string)          { l.write(LevelTrace, "%s", msg) }
func (l pionLog) Debugf(f string, a ...any) { l.write(LevelTrace, f, a...) }
func (l pionLog) Info(msg string)           { l.write(LevelTrace, "%s", msg) }
func (l pionLog) Infof(f string, a ...any)  { l.write(LevelTrace, f, a...) }
func (l pionLog) Warn(msg string)           { l.write(slog.LevelDebug, "%s", msg) }
func (l pionLog) Warnf(f string, a ...any)  { l.write(slog.LevelDebug, f, a...) }
func (l pionLog) Error(msg string)          { l.write(slog.LevelDebug, "%s", msg) }
func (l pionLog) Errorf(f string, a ...any) { l.write(slog.LevelDebug, f, a...) }
