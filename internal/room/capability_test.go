package room

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	lksdk "github.com/livekit/server-sdk-go/v2"
)

// The SDK asks twice when it is refused: for the connection, and then why it does not get it.
func TestJoinSaysThatWeKnowPacketTrailers(t *testing.T) {
	t.Parallel()
	var asked []string
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		asked = append(asked, r.URL.Path)
		if strings.HasSuffix(r.URL.Path, "/rtc") {
			if got := query["capabilities"]; !slices.Equal(got, []string{"CAP_PACKET_TRAILER"}) {
				t.Errorf("capabilities are %q", got)
			}
		}
		if query.Get("sdk") != "go" || query.Get("version") != lksdk.Version || query.Get("auto_subscribe") != "0" {
			t.Errorf("the SDK's own query is %s", r.URL.RawQuery)
		}
		http.Error(w, "closed for today", http.StatusForbidden)
	}))
	defer web.Close()
	c := config(t, server)
	c.URL = web.URL
	_, err := Join(patient(t), c)
	var refused *RefusedError
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "closed for today") {
		t.Errorf("got %v", err)
	}
	if want := []string{"/rtc", "/rtc/validate"}; !slices.Equal(asked, want) {
		t.Errorf("asked for %q, want %q", asked, want)
	}
}
