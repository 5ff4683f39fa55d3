package redact

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/livekit/protocol/livekit"
)

func TestNoSecretIsLogged(t *testing.T) {
	t.Parallel()
	const token, secret, password = "eyJhbGciOi.eyJpc3MiOi.c2lnbmF0dXJl", "a-secret-of-the-user", "turn-password"
	var records bytes.Buffer
	log := Logger(slog.New(slog.NewJSONHandler(&records, &slog.HandlerOptions{Level: slog.LevelDebug})), secret)
	ice := []*livekit.ICEServer{{Urls: []string{"turn:host"}, Username: "u", Credential: password}}
	log.With("key", secret).WithGroup("g").Warn("refused "+token, "err", errors.New("invalid token: "+token), "n", 5)
	log.Debug("response", "text", (&livekit.ReconnectResponse{IceServers: ice}).String(), slog.Group("of", "key", secret))
	log.Debug("answer", "sdp", "a=ice-ufrag:abc\r\na=ice-pwd:"+password+"\r\n", "header", "Bearer "+secret)
	for _, s := range []string{token, secret, password, "eyJ"} {
		if strings.Contains(records.String(), s) {
			t.Errorf("%s is in\n%s", s, records.String())
		}
	}
	for _, s := range []string{"turn:host", `"level":"WARN"`, `"level":"DEBUG"`, `"n":5`, `"g":{`, "invalid token: "} {
		if !strings.Contains(records.String(), s) {
			t.Errorf("%s is not in\n%s", s, records.String())
		}
	}
}

func TestTextWithoutASecretStaysAsItIs(t *testing.T) {
	t.Parallel()
	const s = "dial tcp 127.0.0.1:1: connect: connection refused"
	if got := Text(s, "", "other"); got != s {
		t.Errorf("got %q", got)
	}
}
