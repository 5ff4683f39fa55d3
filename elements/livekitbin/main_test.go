package livekitbin

import (
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if err := Register(); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}
