package rtp

import (
	"errors"
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"github.com/pion/transport/v5/packetio"
)

// A read that times out is what the timeline of sound waits with, so it happens all the time.
func TestTimeoutsAreRecognizedWithoutGarbage(t *testing.T) {
	buffer := packetio.NewBuffer()
	if err := buffer.SetReadDeadline(time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	_, _, err := buffer.Read(make([]byte, 10), nil)
	for _, timeout := range []error{err, fmt.Errorf("wrapped: %w", err), os.ErrDeadlineExceeded} {
		if !isTimeout(timeout) {
			t.Errorf("%v is no timeout", timeout)
		}
	}
	for _, other := range []error{nil, io.EOF, errors.New("other")} {
		if isTimeout(other) {
			t.Errorf("%v is a timeout", other)
		}
	}
	if n := testing.AllocsPerRun(100, func() { isTimeout(err) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
