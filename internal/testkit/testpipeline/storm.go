package testpipeline

/*
#include "storm.h"
*/
import "C"

// StormKind is a set of what a [Storm] sends.
type StormKind uint

// What a storm can send.
const (
	KeyFrames   StormKind = C.GST_LIVEKIT_TEST_STORM_KEY_FRAMES // GstForceKeyUnit events
	Reconfigure StormKind = C.GST_LIVEKIT_TEST_STORM_RECONFIGURE
	Latency     StormKind = C.GST_LIVEKIT_TEST_STORM_LATENCY
	Others      StormKind = C.GST_LIVEKIT_TEST_STORM_OTHERS // other events
	Queries     StormKind = C.GST_LIVEKIT_TEST_STORM_QUERIES
	Everything            = KeyFrames | Reconfigure | Latency | Others | Queries
)

// Storm is threads that send events and queries of every kind to the source, as fast as they can. It is for the test's own
// goroutine.
type Storm struct {
	c *C.GstLivekitTestStorm
}

// Storm begins one whose threads send what follows from the seed. It is to be stopped.
func (p *Pipeline) Storm(kinds StormKind, seed uint32, threads int) *Storm {
	return &Storm{c: C.gst_livekit_test_storm_new(p.c, C.GstLivekitTestStormKind(kinds), C.guint32(seed), C.guint(threads))}
}

// Await waits until each thread has sent so many more.
func (s *Storm) Await(more int) { C.gst_livekit_test_storm_await(s.c, C.guint(more)) }

// Stop ends the storm and returns how much was sent.
func (s *Storm) Stop() int { return int(C.gst_livekit_test_storm_stop(s.c)) }
