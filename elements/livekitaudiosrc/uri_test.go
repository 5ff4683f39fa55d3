package livekitaudiosrc

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpipeline"
)

// TestAddressSetsTheProperties gives an element addresses, and reads back what they have set, in the order of its properties.
func TestAddressSetsTheProperties(t *testing.T) {
	for name, row := range map[string]struct {
		address string
		reads   string // empty: the address
	}{
		"Room":  {"livekit://example.livekit.cloud/demo", ""},
		"Plain": {"livekit+ws://127.0.0.1:7880/demo", ""},
		"All": {"livekit://h:1/demo?identity=viewer&hidden=true&participant=alice&track-source=screen-share-audio&track-name=voice&" +
			"track-sid=TR_1&format=encoded&latency=0&redundancy=false&silence=gaps&sync=off&max-sync-delay=0&sync-offset=-60000000000&" +
			"capacity=20000000&connect-timeout=1&ice-transport-policy=relay&track-timeout=3000&on-track-lost=eos&e2ee-policy=required&shared=false", ""},
		"Most": {"livekit://h/demo?latency=60000&max-sync-delay=60000&sync-offset=60000000000&capacity=9223372036854775807", ""},
		"Defaults": {
			"livekit://h/demo?capacity=500000000&format=auto&latency=100&max-sync-delay=500&redundancy=true&silence=always&sync=auto&" +
				"sync-offset=0&track-source=any",
			"livekit://h/demo",
		},
		"Secrets": {"livekit://h/demo?token=correct-horse&api-key=battery&api-secret=staple&e2ee-key=a&participant=a", "livekit://h/demo?participant=a"},
	} {
		t.Run(name, func(t *testing.T) {
			want := row.reads
			if want == "" {
				want = row.address
			}
			if reads, ok := testpipeline.TakenURI("livekitaudiosrc", row.address); !ok || reads != want {
				t.Errorf("it reads as %q (%v), want %q", reads, ok, want)
			}
		})
	}
}

func TestAddressThatIsNotOfSoundIsRefused(t *testing.T) {
	for _, query := range []string{
		"quality=low", "max-framerate=15/1", "max-pixels=1", "format=rgba", "track-source=camera", "latency=-1", "latency=60001",
		"sync-offset=60000000001", "capacity=19999999", "capacity=-1", "silence=2", "redundancy=perhaps", "max-sync-delay=60001",
	} {
		if reads, ok := testpipeline.TakenURI("livekitaudiosrc", "livekit://h/demo?"+query); ok {
			t.Errorf("%s is taken as %q", query, reads)
		}
	}
}
