package link

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if err := Isolate(); err != nil {
		fmt.Fprintln(os.Stderr, "the tests of impaired links did not run:", err)
		os.Exit(1)
	}
	goleak.VerifyTestMain(m)
}
