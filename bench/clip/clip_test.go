package clip

import (
	"bytes"
	"testing"
)

func TestVideoBeginsWithItsOnlyKeyFrame(t *testing.T) {
	frames, err := Video(t.Context(), "vp8", 320, 180, 15)
	if err != nil {
		t.Fatal(err)
	}
	if len(frames) != 30 {
		t.Errorf("%d frames", len(frames))
	}
	for i, frame := range frames {
		if isKey := frame[0]&1 == 0; isKey != (i == 0) { // RFC 6386, 9.1
			t.Errorf("frame %d is a key frame: %v", i, isKey)
		}
	}
	if _, err := Video(t.Context(), "none", 320, 180, 15); err == nil {
		t.Error("an unknown codec: no error")
	}
}

func TestSoundIsTwoSecondsOfOpus(t *testing.T) {
	packets, err := Sound(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(packets) != 2*SoundPackets {
		t.Errorf("%d packets", len(packets))
	}
	for i, packet := range packets {
		if len(packet) < 20 || bytes.HasPrefix(packet, []byte("Opus")) {
			t.Errorf("packet %d has %d bytes", i, len(packet))
		}
	}
}
