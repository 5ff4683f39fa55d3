package livekitsrc

import (
	"testing"

	"github.com/gst-livekit/gst-livekit/internal/testkit/testpipeline"
)

// FuzzURI gives addresses to an element. What it takes reads without secrets, and what it reads as means the same.
func FuzzURI(f *testing.F) {
	for _, seed := range []string{
		"livekit://example.livekit.cloud/demo",
		"livekit+ws://127.0.0.1:7880/demo?participant=alice&track-source=camera&latency=-1",
		"livekit://[::1]:1/p/a/t/h/demo%20%25?track-name=%00&e2ee-key=secret&quality=low",
		"livekit://host/?token=a.b.c&&=&max-framerate=15/1",
		"livekit://user:password@host/demo#fragment",
		"livekit://host:0/demo?shared=perhaps",
		"LIVEKIT+WS://host:99999/%zz?a=b=c",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, uri string) {
		reads, ok := testpipeline.TakenURI("livekitsrc", uri)
		if !ok {
			return
		}
		if again, ok := testpipeline.TakenURI("livekitsrc", reads); !ok || again != reads {
			t.Errorf("%q reads as %q, and that as %q (%v)", uri, reads, again, ok)
		}
	})
}
