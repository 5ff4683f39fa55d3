package room

import (
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/livekit/protocol/livekit"
)

// redacted stands where a secret was.
const redacted = "(removed)"

// secretPatterns find what must not be logged even when it was not known beforehand: tokens that the server refreshed,
// credentials of TURN servers, ICE passwords.
var secretPatterns = regexp.MustCompile(strings.Join([]string{
	`eyJ[\w-]+\.[\w-]+\.[\w-]*`, // a JSON Web Token
	`(?i:access_token=)[^&\s"]+`,
	`(?i:bearer )\S+`,
	`(?i:credential:)"[^"]*"`,
	`ice-pwd:[^\s\\]+`,
	`(?i:(?:pwd|password|passphrase|secret)["']?\s*[:=]\s*)(?:"[^"]*"|'[^']*'|[^\s"',;}]+)`, // as pion's agent logs it
}, "|"))

// redactor removes secrets from text.
type redactor struct {
	known *strings.Replacer
}

func newRedactor(secrets ...string) *redactor {
	var pairs []string
	for _, s := range secrets {
		if s != "" {
			pairs = append(pairs, s, redacted)
		}
	}
	return &redactor{strings.NewReplacer(pairs...)}
}

func (r *redactor) text(s string) string {
	return secretPatterns.ReplaceAllString(r.known.Replace(s), redacted)
}

// value is one logged value, turned into safe text only when a handler wants it.
func (r *redactor) value(v any) slog.Value {
	switch v := v.(type) {
	case nil, bool, int, int32, int64, uint, uint32, uint64, float32, float64, time.Duration, time.Time:
		return slog.AnyValue(v)
	case *http.Response:
		// It holds the request, and that the token.
		if v == nil {
			return slog.StringValue("none")
		}
		return slog.StringValue(v.Status)
	case []*livekit.ICEServer:
		var urls []string
		for _, s := range v {
			urls = append(urls, s.GetUrls()...)
		}
		return slog.StringValue(strings.Join(urls, " "))
	}
	return slog.AnyValue(lazy{r, v})
}

type lazy struct {
	redact *redactor
	value  any
}

// LogValue implements slog.LogValuer.
func (l lazy) LogValue() slog.Value {
	return slog.StringValue(l.redact.text(fmt.Sprintf("%+v", l.value)))
}
