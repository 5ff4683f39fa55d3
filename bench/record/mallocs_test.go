package record

import "testing"

func TestStandardLibraryIsToldFromOthers(t *testing.T) {
	for function, want := range map[string]bool{
		"runtime.mallocgc":                        true,
		"encoding/json.Marshal":                   true,
		"strings.(*Builder).Write":                true,
		"main.main":                               false,
		"github.com/pion/rtp.(*Packet).Unmarshal": false,
		module + "internal/rtp.New":               false,
	} {
		if got := standard(function); got != want {
			t.Errorf("%s: %v, want %v", function, got, want)
		}
	}
}
