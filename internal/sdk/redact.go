package sdk

import (
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/livekit/protocol/livekit"
)

// redacted replaces a secret.
const redacted = "(removed)"

// secretPatterns match secrets that are not known beforehand: tokens that the server refreshed, credentials of TURN
// servers, ICE passwords.
var secretPatterns = regexp.MustCompile(strings.Join([]string{
	`eyJ[\w-]+\.[\w-]+\.[\w-]*`, // a JSON Web Token
	`(?i:access_token=)[^&\s"]+`,
	`(?i:bearer )\S+`,
	`(?i:credential:)"[^"]*"`,
	`ice-pwd:[^\s\\]+`,
	`(?i:(?:pwd|password|passphrase|secret)["']?\s*[:=]\s*)(?:"[^"]*"|'[^']*'|[^\s"',;}]+)`, // as pion's agent logs it
}, "|"))

// Redactor removes secrets from text.
type Redactor struct {
	known *strings.Replacer
}

// NewRedactor returns a Redactor for these secrets and for everything that looks like one.
func NewRedactor(secrets ...string) *Redactor {
	var pairs []string
	for _, s := range secrets {
		if s != "" {
			pairs = append(pairs, s, redacted)
		}
	}
	return &Redactor{strings.NewReplacer(pairs...)}
}

// Text returns s without secrets.
func (r *Redactor) Text(s string) string {
	return secretPatterns.ReplaceAllString(r.known.Replace(s), redacted)
}

// value returns a logged value, which is converted to safe text only when a handler needs it.
func (r *Redactor) value(v any) slog.Value {
	switch v := v.(type) {
	case nil, bool, int, int32, int64, uint, uint32, uint64, float32, float64, time.Duration, time.Time:
		return slog.AnyValue(v)
	case *http.Response:
		// It contains the request, which contains the token.
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
	redact *Redactor
	value  any
}

// LogValue implements slog.LogValuer.
func (l lazy) LogValue() slog.Value {
	return slog.StringValue(l.redact.Text(fmt.Sprintf("%+v", l.value)))
}
