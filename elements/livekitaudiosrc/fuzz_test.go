package livekitaudiosrc

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpipeline"
)

// FuzzURI gives addresses to an element. What it takes reads without secrets, and what it reads as means the same.
func FuzzURI(f *testing.F) {
	for _, seed := range []string{
		"livekit://example.livekit.cloud/demo",
		"livekit+ws://127.0.0.1:7880/demo?participant=alice&track-source=microphone&latency=0",
		"livekit://[::1]:1/p/a/t/h/demo%20%25?track-name=%00&e2ee-key=secret&silence=gaps",
		"livekit://host/demo?sync-offset=-60000000000&capacity=9223372036854775807",
		"livekit://host/demo?sync-offset=-60000000001&capacity=19999999",
		"livekit://host/?token=a.b.c&&=&redundancy=false",
		"livekit://user:password@host/demo#fragment",
		"livekit://host:0/demo?sync=perhaps",
		"LIVEKIT+WS://host:99999/%zz?a=b=c",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, uri string) {
		reads, ok := testpipeline.TakenURI("livekitaudiosrc", uri)
		if !ok {
			return
		}
		if again, ok := testpipeline.TakenURI("livekitaudiosrc", reads); !ok || again != reads {
			t.Errorf("%q reads as %q, and that as %q (%v)", uri, reads, again, ok)
		}
	})
}
