package devserver

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestEverythingIsAtTheAddress(t *testing.T) {
	const address = "192.0.2.9"
	c := newConfig(Options{Address: address}.withDefaults(), ports{tcp: 1, udp: 2}, "192.0.2.9:3")
	if !slices.Equal(c.BindAddresses, []string{address}) || c.RTC.NodeIP != address ||
		!slices.Equal(c.RTC.IPs.Includes, []string{address + "/32"}) {
		t.Errorf("signalling is at %v, media at %s and %v", c.BindAddresses, c.RTC.NodeIP, c.RTC.IPs.Includes)
	}
}

func TestMediaAddressIsTheOnlyOneForMedia(t *testing.T) {
	for address, want := range map[string]rtcConfig{
		"":          {NodeIP: "127.0.0.1", Interfaces: includes{[]string{"lo"}}, IPs: includes{[]string{"127.0.0.0/8"}}},
		"192.0.2.7": {NodeIP: "192.0.2.7", IPs: includes{[]string{"192.0.2.7/32"}}},
	} {
		text, err := newConfig(Options{MediaAddress: address}.withDefaults(), ports{tcp: 1, udp: 2}, "127.0.0.1:3").environment()
		if err != nil {
			t.Fatal(err)
		}
		var got config
		if err := json.Unmarshal([]byte(strings.TrimPrefix(text, "LIVEKIT_CONFIG=")), &got); err != nil {
			t.Fatal(err)
		}
		if got.RTC.NodeIP != want.NodeIP || !slices.Equal(got.RTC.Interfaces.Includes, want.Interfaces.Includes) ||
			!slices.Equal(got.RTC.IPs.Includes, want.IPs.Includes) {
			t.Errorf("with %q media goes through %+v, want %+v", address, got.RTC, want)
		}
		if !slices.Equal(got.BindAddresses, []string{"127.0.0.1"}) {
			t.Errorf("with %q signalling is at %v", address, got.BindAddresses)
		}
	}
}
