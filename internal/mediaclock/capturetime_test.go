package mediaclock

import (
	"testing"
	"time"

	"github.com/pion/rtp"
)

// wallClock is a sender's, and nowhere near the receiver's.
var wallClock = time.Date(2031, 5, 6, 7, 8, 9, 123456789, time.UTC)

func TestNTPTime(t *testing.T) {
	tests := []struct {
		ntp  uint64
		want time.Time
	}{
		{0, time.Time{}},
		{2208988800<<32 | 1<<31, time.Unix(0, 500e6)},
		{0xffffffff_ffffffff, time.Date(2036, 2, 7, 6, 28, 15, 999999999, time.UTC)},
		{1 << 32, time.Date(2036, 2, 7, 6, 28, 17, 0, time.UTC)}, // the era after
		{rtp.NewAbsCaptureTimeExtension(wallClock).Timestamp, wallClock},
	}
	for _, test := range tests {
		if d := NTPTime(test.ntp).Sub(test.want); d < -time.Microsecond || d > time.Microsecond {
			t.Errorf("%#x is %v, want %v", test.ntp, NTPTime(test.ntp), test.want)
		}
	}
	for _, d := range []time.Duration{0, 1500 * time.Millisecond, -1500 * time.Millisecond, -time.Nanosecond * 1e9} {
		offset := *rtp.NewAbsCaptureTimeExtensionWithCaptureClockOffset(wallClock, d).EstimatedCaptureClockOffset
		if off := ntpDuration(offset) - d; off < -time.Microsecond || off > time.Microsecond {
			t.Errorf("offset %v is %v", d, ntpDuration(offset))
		}
	}
}
