package base_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/gst-livekit/gst-livekit/elements/internal/testaddress"
)

func TestAddressHasItsParts(t *testing.T) {
	for name, row := range map[string]struct {
		text      string
		url, room string
		query     []string
		formatted string // empty: the text
	}{
		"Encrypted":       {"livekit://h/demo", "wss://h", "demo", nil, ""},
		"Plain":           {"livekit+ws://h:7880/demo", "ws://h:7880", "demo", nil, ""},
		"UpperCase":       {"LIVEKIT+WS://h/demo", "ws://h", "demo", nil, "livekit+ws://h/demo"},
		"IPv4":            {"livekit+ws://127.0.0.1:65535/demo", "ws://127.0.0.1:65535", "demo", nil, ""},
		"IPv6":            {"livekit://[::1]:1/demo", "wss://[::1]:1", "demo", nil, ""},
		"PathOfTheServer": {"livekit://h/behind/a%20proxy/demo", "wss://h/behind/a%20proxy", "demo", nil, ""},
		"OddRoom":         {"livekit://h/a%2Fb%20%C3%BC%3F%23", "wss://h", "a/b ü?#", nil, ""},
		"RoomInPlainText": {"livekit://h/a+b:c@d", "wss://h", "a+b:c@d", nil, "livekit://h/a%2Bb%3Ac%40d"},
		"Query":           {"livekit://h/demo?a=1&b=2", "wss://h", "demo", []string{"a", "1", "b", "2"}, ""},
		"QueryKeepsOrder": {"livekit://h/demo?b=2&a=1&b=3", "wss://h", "demo", []string{"b", "2", "a", "1", "b", "3"}, ""},
		"OddValue":        {"livekit://h/demo?a=%26%3D%2B+%25", "wss://h", "demo", []string{"a", "&=++%"}, "livekit://h/demo?a=%26%3D%2B%2B%25"},
		"SignInAValue":    {"livekit://h/demo?a=b=c", "wss://h", "demo", []string{"a", "b=c"}, "livekit://h/demo?a=b%3Dc"},
		"EmptyValue":      {"livekit://h/demo?a=", "wss://h", "demo", []string{"a", ""}, ""},
		"EmptyQuery":      {"livekit://h/demo?", "wss://h", "demo", nil, "livekit://h/demo"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := testaddress.Parse(row.text)
			if err != nil {
				t.Fatal(err)
			}
			if got.URL != row.url || got.Room != row.room || !slices.Equal(got.Query, row.query) {
				t.Errorf("has %q, want %q, %q and %q", got, row.url, row.room, row.query)
			}
			want := row.formatted
			if want == "" {
				want = row.text
			}
			if again := testaddress.Format(got); again != want {
				t.Errorf("reads %s, want %s", again, want)
			}
		})
	}
}

func TestBadAddressSaysWhatIsWrong(t *testing.T) {
	const secret = "correct-horse"
	for name, row := range map[string]struct{ text, want string }{
		"OtherProtocol":     {"rtsp://h/demo", "a LiveKit address begins with livekit:// or livekit+ws://"},
		"NoProtocol":        {"h/demo", "a LiveKit address begins with"},
		"Empty":             {"", "a LiveKit address begins with"},
		"ProtocolAlone":     {"livekit:demo", "names no server: write it as in livekit://example.livekit.cloud/room"},
		"NoServer":          {"livekit:///demo?token=" + secret, "names no server"},
		"NoRoom":            {"livekit://h", "names no room: write it behind the server, as in livekit://"},
		"EmptyRoom":         {"livekit://h/?token=" + secret, "names no room"},
		"SlashBehindRoom":   {"livekit://h/demo/", "names no room"},
		"DamagedRoom":       {"livekit://h/de%zzmo?token=" + secret, "cannot be read: write it as in"},
		"ZeroInRoom":        {"livekit://h/a%00b", "names no room"},
		"PortIsNoNumber":    {"livekit://h:seven/demo?token=" + secret, "has a port that is not a number from 1 to 65535"},
		"PortIsTooLarge":    {"livekit://h:65536/demo", "has a port that"},
		"PortIsZero":        {"livekit://h:0/demo", "has a port that"},
		"UserName":          {"livekit://" + secret + "@h/demo", "has a user name before its server: a token goes behind it"},
		"UserAndPassword":   {"livekit://devkey:" + secret + "@h/demo", "has a user name"},
		"Fragment":          {"livekit://h/demo#" + secret, "has a part behind #, which means nothing here: write %23 for a #"},
		"IPv6IsNone":        {"livekit://[::z]/demo?token=" + secret, "has a server that is no host name and no IP address"},
		"KeyAlone":          {"livekit://h/demo?participant", "has a query that is not key=value&key=value with %xx for odd characters"},
		"DamagedValue":      {"livekit://h/demo?token=" + secret + "%zz", "cannot be read"},
		"KeyAloneAndSecret": {"livekit://h/demo?token=" + secret + "&x", "has a query that is not"},
	} {
		t.Run(name, func(t *testing.T) {
			address, err := testaddress.Parse(row.text)
			if err == nil {
				t.Fatalf("it is %q", address)
			}
			if !strings.Contains(err.Error(), row.want) || strings.Contains(err.Error(), secret) {
				t.Errorf("says %q, want %q and no secret", err, row.want)
			}
		})
	}
}

func TestServerThatNoAddressCanNameHasNone(t *testing.T) {
	for name, address := range map[string]testaddress.Address{
		"OtherScheme": {URL: "ftp://h", Room: "demo"},
		"NoScheme":    {URL: "h", Room: "demo"},
		"NoHost":      {URL: "wss:///x", Room: "demo"},
		"UserName":    {URL: "wss://user@h", Room: "demo"},
		"Damaged":     {URL: "wss://h:x", Room: "demo"},
	} {
		t.Run(name, func(t *testing.T) {
			if text := testaddress.Format(address); text != "" {
				t.Errorf("it is %s", text)
			}
		})
	}
}

func TestServerByHTTPHasAnAddress(t *testing.T) {
	for url, want := range map[string]string{
		"https://h/x/": "livekit://h/x/demo?a=%20",
		"http://h:81":  "livekit+ws://h:81/demo?a=%20",
	} {
		if got := testaddress.Format(testaddress.Address{URL: url, Room: "demo", Query: []string{"a", " "}}); got != want {
			t.Errorf("%s is %s, want %s", url, got, want)
		}
	}
}

// FuzzAddress takes addresses apart. What can be taken apart can be put together, and is then the same.
func FuzzAddress(f *testing.F) {
	for _, seed := range []string{
		"livekit://example.livekit.cloud/demo",
		"livekit+ws://127.0.0.1:7880/demo?participant=alice&track-source=camera&latency=-1",
		"livekit://[::1]:1/p/a/t/h/demo%20%25?track-name=%00&e2ee-key=secret&quality=low",
		"livekit://host/?token=a.b.c&&=&max-framerate=15/1",
		"LIVEKIT+WS://host:99999/%zz?a=b=c",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "\x00") {
			return
		}
		address, err := testaddress.Parse(text)
		if err != nil || slices.ContainsFunc(address.Query, func(key string) bool { return strings.ContainsAny(key, "&=%;#+ ?") }) {
			return // keys are names of properties, which need no %xx
		}
		if again, err := testaddress.Parse(testaddress.Format(address)); err != nil || again.URL != address.URL || again.Room != address.Room ||
			!slices.Equal(again.Query, address.Query) {
			t.Errorf("%q is %q, and that is %q (%v)", text, address, again, err)
		}
	})
}
