package testpicture

import "time"

// Time is the value that a picture made at t carries: the low 32 bits of the Unix time in milliseconds.
func Time(t time.Time) uint32 { return uint32(t.UnixMilli()) }

// Latency is how long before now a picture with this value was made. The value wraps around every 49.7 days; results
// between -24.8 and +24.8 days are right.
func Latency(now time.Time, value uint32) time.Duration {
	return time.Duration(int32(Time(now)-value)) * time.Millisecond
}
