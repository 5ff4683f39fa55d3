package signal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/livekit/protocol/livekit"
	"google.golang.org/protobuf/encoding/protojson"
)

const (
	// settingsAge is how long an answer is good.
	settingsAge = 5 * time.Second
	// settingsTimeout is for the answer.
	settingsTimeout = 2 * time.Second
	// maxSettings is what an answer may have.
	maxSettings = 64 << 10
)

// isCloud reports whether the user names a project of LiveKit Cloud, whose regions can be asked for.
func (c Config) isCloud() bool {
	u, err := url.Parse(c.URL)
	if err != nil {
		return false
	}
	if c.cloud != nil {
		return c.cloud(u.Host)
	}
	host := strings.ToLower(u.Hostname())
	return strings.HasSuffix(host, ".livekit.cloud") || strings.HasSuffix(host, ".livekit.run")
}

// ask asks LiveKit Cloud which regions a project has, unless it has just said so.
func (r *Regions) ask(ctx context.Context, config Config) error {
	r.mu.Lock()
	fresh := !r.asked.IsZero() && time.Since(r.asked) < settingsAge
	r.mu.Unlock()
	if fresh {
		return nil
	}
	known, err := config.settings(ctx)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.known, r.asked = known, time.Now()
	return nil
}

// settings asks for the regions, the nearest first.
func (c Config) settings(ctx context.Context) ([]string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, settingsTimeout, fmt.Errorf("no answer within %v", settingsTimeout))
	defer cancel()
	u, err := url.Parse(c.URL)
	if err != nil {
		return nil, withoutAddress(err)
	}
	scheme := "http"
	if webSocket(u.Scheme) == "wss" {
		scheme = "https"
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet,
		(&url.URL{Scheme: scheme, Host: u.Host, Path: "/settings/regions"}).String(), nil)
	if err != nil {
		return nil, withoutAddress(err)
	}
	request.Header.Set("Authorization", "Bearer "+c.Token)
	client := http.Client{
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, TLSClientConfig: c.tls, DisableKeepAlives: true, MaxResponseHeaderBytes: maxSettings,
		},
		// net/http keeps the token to the first host. What another one answers is not asked.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(request)
	if err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, withoutAddress(err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d", response.StatusCode)
	}
	text, err := io.ReadAll(io.LimitReader(response.Body, maxSettings+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxSettings {
		return nil, fmt.Errorf("an answer of more than %d bytes", maxSettings)
	}
	return readSettings(text)
}

// readSettings reads an answer.
func readSettings(text []byte) ([]string, error) {
	settings := new(livekit.RegionSettings)
	if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(text, settings); err != nil {
		return nil, errors.New("an answer that is none")
	}
	return urlsOf(settings), nil
}
