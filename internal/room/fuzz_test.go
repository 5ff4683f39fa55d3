package room

import (
	"encoding/base64"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/livekit/protocol/livekit"
	"google.golang.org/protobuf/proto"

	"github.com/gst-livekit/gst-livekit/caps"
)

// FuzzClaims reads the claims of tokens, and explains why a server refuses them: without the token, and without its signature.
func FuzzClaims(f *testing.F) {
	for _, body := range []string{
		`{"iss":"key","sub":"me","exp":1e9,"nbf":1,"video":{"room":"demo","roomJoin":true,"canSubscribe":false}}`,
		`{"exp":1e308,"nbf":-1e308,"video":{}}`,
		`{"exp":"soon","video":[]}`,
		`{"video":null}`, `null`, `[`, ``,
	} {
		f.Add("eyJhbGciOiJIUzI1NiJ9", body, "signature-of-it")
	}
	f.Fuzz(func(t *testing.T, header, body, signature string) {
		token := header + "." + base64.RawURLEncoding.EncodeToString([]byte(body)) + "." + signature
		tg := target{url: "wss://example.livekit.cloud", token: token}
		err := tg.useToken(false)
		if err == nil {
			err = tg.unauthorized(time.Unix(1e9, 0))
		}
		if text := err.Error(); text == "" || len(signature) > 8 && !strings.Contains(body, signature) && strings.Contains(text, signature) {
			t.Errorf("%q", text)
		}
	})
}

// FuzzServerURL checks servers' addresses. What is taken has a host and nothing secret, and is taken again as it is.
func FuzzServerURL(f *testing.F) {
	for _, seed := range []string{
		"wss://example.livekit.cloud", "http://127.0.0.1:7880/", "ws://[::1]:7880/path//", "wss://user:password@host",
		"wss://host?token=secret", "wss://host#x", "ftp://host", "://", "wss://%zz", "wss:// host", "ws:host",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		got, err := serverURL(raw)
		var settings *SettingsError
		if err != nil {
			if !errors.As(err, &settings) || settings.Error() == "" {
				t.Errorf("%q: %v", raw, err)
			}
			return
		}
		u, err := url.Parse(got)
		if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Scheme != "ws" && u.Scheme != "wss" {
			t.Errorf("%q is taken as %q", raw, got)
		}
		if again, err := serverURL(got); err != nil || again != got {
			t.Errorf("%q is taken as %q, and that as %q: %v", raw, got, again, err)
		}
	})
}

// FuzzTrackInfo asks everything about the layers of a track, whatever the server tells.
func FuzzTrackInfo(f *testing.F) {
	for _, info := range []*livekit.TrackInfo{
		{},
		{MimeType: "video/VP8", Codecs: []*livekit.SimulcastCodecInfo{{MimeType: "video/vp8", Layers: []*livekit.VideoLayer{
			{Quality: livekit.VideoQuality_LOW, Width: 320, Height: 180}, {Quality: livekit.VideoQuality_HIGH, Width: 1280, Height: 720},
		}}}},
		{Layers: []*livekit.VideoLayer{{Quality: 99, Width: 1<<32 - 1, Height: 1<<32 - 1}, {Quality: -1}, {Quality: 1, Width: 1, Height: 1}}},
	} {
		seed, err := proto.Marshal(info)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed, uint16(320), uint16(180), uint8(0), uint8(3))
	}
	f.Fuzz(func(t *testing.T, data []byte, width, height uint16, quality, atMost uint8) {
		info := &livekit.TrackInfo{}
		if proto.Unmarshal(data, info) != nil {
			return
		}
		layer := Choice{
			caps.Layer{Quality: caps.Quality(quality % 5), Width: int(width), Height: int(height)}, caps.Quality(atMost % 5),
		}
		sizes := layersOf(info, "")
		layer.settings(sizes)
		layer.fits(sizes, int(width), int(height))
		now := nearestLayer(sizes, int(width), int(height))
		if lower, ok := below(sizes, int(width), int(height)); ok && width > 0 && height > 0 && lower >= now {
			t.Errorf("%v is below %v of %v", lower, now, sizes)
		}
	})
}
