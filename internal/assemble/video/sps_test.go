package video

import (
	"encoding/hex"
	"testing"

	"github.com/gst-livekit/gst-livekit/internal/mediaclock"
)

// TestParameterSetsSayHowManyPicturesAreReordered has what x264 and x265 made, and has_b_frames of ffprobe.
func TestParameterSetsSayHowManyPicturesAreReordered(t *testing.T) {
	tests := []struct {
		name string
		read func(nal []byte) sps
		nal  string
		want int
	}{
		{"constrained baseline", readH264SPS, "6742c015d901419f9f016a0c0c0d4a000003000200000300791e2c5c90", 0},
		{"main without B-frames", readH264SPS, "674d4015d901419f9f016a0c0c0d4a000003000200000300791e2c5c90", 0},
		{"main, 2 B-frames", readH264SPS, "674d4015e880a0cfcf80b5060606a50000030001000003003c8f162d12", 1},
		{"high, pyramid of 3 B-frames", readH264SPS, "67640014acd941419f9f016a0c0c0d4a000003000200000300791e28532c", 2},
		{"high, with buffering, shape, overscan", readH264SPS, "67640014acd941419f9f01b5060606a50000030001000003003cf0207d00012bcf8b4c01e28532c0", 2},
		{"high 4:4:4", readH264SPS, "67f4000d919b282833f1b80b50606064000003000400000300f23c50a658", 2},
		{"high without usability information", readH264SPS, "67640014acd941419f9008", mediaclock.UnknownReorder},
		{"cut off", readH264SPS, "674d4015e880a0cfcf80b5060606a500", mediaclock.UnknownReorder},
		{"nothing", readH264SPS, "67", mediaclock.UnknownReorder},
		{"H.265 without B-frames", readH265SPS, "42010101600000030090000003000003003fa00a080b9f7964a924cafff000100016a0c0c0c080000003008000000f04", 0},
		{"H.265, 2 B-frames", readH265SPS, "42010101600000030090000003000003003fa00a080b9f796444924cafff000100016a0c0c0c08000003000800000300f040", 1},
		{"H.265, cut off", readH265SPS, "42010101600000030090000003000003003fa00a08", mediaclock.UnknownReorder},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			nal, err := hex.DecodeString(test.nal)
			if err != nil {
				t.Fatal(err)
			}
			if got := test.read(nal).reorder; got != test.want {
				t.Errorf("%d pictures, want %d", got, test.want)
			}
		})
	}
}
