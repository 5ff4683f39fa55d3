package stream_test

import (
	"encoding/hex"
	"testing"
	"time"

	"github.com/gst-livekit/gst-livekit/stream"
)

func TestSoundAsAWAVFile(t *testing.T) {
	t.Parallel()
	f := stream.AudioFrame{Data: []int16{1, -2, 32767, -32768}, SampleRate: 16000, Channels: 2, SamplesPerChannel: 2}
	const want = "52494646" + "2c000000" + "57415645" + "666d7420" + "10000000" + "0100" + "0200" + "803e0000" + "00fa0000" + "0400" + "1000" +
		"64617461" + "08000000" + "0100feffff7f0080"
	if got := hex.EncodeToString(f.WAV()); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if got := f.Duration(); got != 125*time.Microsecond {
		t.Errorf("it lasts %v", got)
	}
}
