package mediaclock

import "time"

// latency is how late a unit may be in these tests.
const latency = 100 * time.Millisecond
