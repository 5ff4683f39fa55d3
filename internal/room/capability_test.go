package room

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/livekit/protocol/livekit"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testproxy"
)

// TestJoinSaysWhoWeAreAndWhatWeKnow asks a server once. That we are an SDK for Go is what servers know, and what they give such a
// one we can take.
func TestJoinSaysWhoWeAreAndWhatWeKnow(t *testing.T) {
	t.Parallel()
	var asked []string
	var token string
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path)
		said, _, err := testproxy.Asked(r)
		if err != nil {
			t.Error(err)
		}
		us := said.GetClientInfo()
		if got := us.GetCapabilities(); !slices.Equal(got, []livekit.ClientInfo_Capability{livekit.ClientInfo_CAP_PACKET_TRAILER}) {
			t.Errorf("capabilities are %v", got)
		}
		if us.GetSdk() != livekit.ClientInfo_GO || us.GetVersion() != "1.2.3" || said.GetConnectionSettings().GetAutoSubscribe() {
			t.Errorf("it says %v", said)
		}
		if got := r.Header.Get("Authorization"); got != "Bearer "+token || strings.Contains(r.URL.String(), token) {
			t.Errorf("the token is not in the header %q alone: %s", got, r.URL)
		}
		http.Error(w, "closed for today", http.StatusForbidden)
	}))
	defer web.Close()
	c := config(t, server)
	c.URL, c.Version = web.URL, "1.2.3"
	target, err := c.target()
	if err != nil {
		t.Fatal(err)
	}
	token = target.token
	c.Token = token
	_, err = Join(patient(t), c)
	var refused *RefusedError
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "closed for today") {
		t.Errorf("got %v", err)
	}
	if want := []string{"/rtc/v1"}; !slices.Equal(asked, want) {
		t.Errorf("asked for %q, want %q", asked, want)
	}
}
