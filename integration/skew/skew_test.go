package skew

import (
	"encoding/binary"
	"math"
	"testing"
	"time"
)

// TestSkewIsByHowMuchTheBurstComesLate has sound later than the picture, by less and by more than a picture's time.
func TestSkewIsByHowMuchTheBurstComesLate(t *testing.T) {
	for _, late := range []time.Duration{0, 5 * time.Millisecond, 250 * time.Millisecond, -70 * time.Millisecond} {
		const begun = 1_700_000_000_340 * time.Millisecond // of the file, on the publisher's clock
		var pictures []Picture
		for at := time.Duration(0); at < 10*time.Second; at += time.Second / 30 {
			pictures = append(pictures, Picture{At: at, Made: begun + at.Truncate(time.Millisecond)})
		}
		samples := make([]byte, 2*10*Rate)
		for i := range 10 * Rate {
			heard := begun + time.Duration(i)*time.Second/Rate - late
			if heard%time.Second < 100*time.Millisecond {
				tone := 16384 * math.Sin(2*math.Pi*1000*(heard%time.Second).Seconds())
				binary.LittleEndian.PutUint16(samples[2*i:], uint16(int16(tone)))
			}
		}
		var l listener
		for i := 0; i < len(samples); i += 1920 {
			l.hear(samples[i:min(i+1920, len(samples))], time.Duration(i/2)*time.Second/Rate)
		}
		skew := Of(pictures, l.bursts)
		if len(skew) < 9 || (skew.Median()-late).Abs() > 2*time.Millisecond || skew.Most() > late.Abs()+2*time.Millisecond {
			t.Errorf("sound that is %v late: %v", late, skew)
		}
	}
}
