// Package redact keeps secrets out of logs and errors.
package redact

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
)

// removed replaces a secret.
const removed = "(removed)"

// patterns match secrets that are not known beforehand: tokens that the server refreshed, credentials of TURN servers, ICE
// passwords.
var patterns = regexp.MustCompile(strings.Join([]string{
	`eyJ[\w-]+\.[\w-]+\.[\w-]*`, // a JSON Web Token
	`(?i:access_token=)[^&\s"]+`,
	`(?i:bearer )\S+`,
	`(?i:credential:)"[^"]*"`,
	`ice-pwd:[^\s\\]+`,
	`(?i:(?:pwd|password|passphrase|secret)["']?\s*[:=]\s*)(?:"[^"]*"|'[^']*'|[^\s"',;}]+)`, // as pion's agent logs it
}, "|"))

// Text returns s without these secrets and without what looks like one.
func Text(s string, secrets ...string) string {
	for _, secret := range secrets {
		if secret != "" {
			s = strings.ReplaceAll(s, secret, removed)
		}
	}
	return patterns.ReplaceAllString(s, removed)
}

// Logger returns a logger that writes to log what is written to it, as Text does.
func Logger(log *slog.Logger, secrets ...string) *slog.Logger {
	return slog.New(handler{log.Handler(), secrets})
}

type handler struct {
	to      slog.Handler
	secrets []string
}

func (h handler) Enabled(ctx context.Context, level slog.Level) bool { return h.to.Enabled(ctx, level) }

func (h handler) Handle(ctx context.Context, record slog.Record) error {
	clean := slog.NewRecord(record.Time, record.Level, Text(record.Message, h.secrets...), record.PC)
	record.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(h.attr(a))
		return true
	})
	return h.to.Handle(ctx, clean)
}

func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	clean := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		clean[i] = h.attr(a)
	}
	return handler{h.to.WithAttrs(clean), h.secrets}
}

func (h handler) WithGroup(name string) slog.Handler { return handler{h.to.WithGroup(name), h.secrets} }

func (h handler) attr(a slog.Attr) slog.Attr {
	value := a.Value.Resolve()
	switch value.Kind() {
	case slog.KindBool, slog.KindDuration, slog.KindFloat64, slog.KindInt64, slog.KindTime, slog.KindUint64:
		return slog.Attr{Key: a.Key, Value: value}
	case slog.KindGroup:
		var group []slog.Attr
		for _, member := range value.Group() {
			group = append(group, h.attr(member))
		}
		return slog.Attr{Key: a.Key, Value: slog.GroupValue(group...)}
	case slog.KindString, slog.KindAny, slog.KindLogValuer:
	}
	return slog.String(a.Key, Text(fmt.Sprintf("%+v", value.Any()), h.secrets...))
}
