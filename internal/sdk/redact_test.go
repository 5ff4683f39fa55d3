package sdk

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/livekit/protocol/livekit"
)

func TestNoSecretIsLogged(t *testing.T) {
	t.Parallel()
	const token, secret, password = "eyJhbGciOi.eyJpc3MiOi.c2lnbmF0dXJl", "a-secret-of-the-user", "turn-password"
	request, err := http.NewRequest(http.MethodGet, "http://host/rtc?access_token="+secret, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	var records bytes.Buffer
	handler := slog.NewJSONHandler(&records, &slog.HandlerOptions{Level: LevelTrace})
	log := NewLogger(slog.New(handler), NewRedactor(secret))
	ice := []*livekit.ICEServer{{Urls: []string{"turn:host"}, Username: "u", Credential: password}}
	log.WithValues("key", secret).WithName("name").WithComponent("c").WithUnlikelyValues("a", token).
		Errorw("refused "+token, errors.New("invalid token: "+token), "httpResponse",
			&http.Response{Status: "401 Unauthorized", Request: request})
	log.Warnw("response", nil, "text", (&livekit.ReconnectResponse{IceServers: ice}).String(), "n", 5)
	log.Infow("servers", "servers", ice, "odd")
	log.Debugw("answer", "sdp", "a=ice-ufrag:abc\r\na=ice-pwd:"+password+"\r\n", "nothing", (*http.Response)(nil))
	for _, s := range []string{token, secret, password, "eyJ"} {
		if strings.Contains(records.String(), s) {
			t.Errorf("%s is in\n%s", s, records.String())
		}
	}
	for _, s := range []string{"401 Unauthorized", "turn:host", `"level":"WARN"`, `"level":"DEBUG-4"`, `"n":5`} {
		if !strings.Contains(records.String(), s) {
			t.Errorf("%s is not in\n%s", s, records.String())
		}
	}
}

func TestWithoutLoggerTheSDKIsSilent(t *testing.T) {
	t.Parallel()
	NewLogger(nil, NewRedactor()).Errorw("an error", errors.New("that nobody wants to know"))
}
