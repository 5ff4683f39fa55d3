package devserver_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/gst-livekit/gst-livekit/internal/testkit/devserver"
)

// orphanVariable makes the test program start a server, print its log, and wait to be killed.
const orphanVariable = "DEVSERVER_TEST_ORPHAN"

func TestMain(m *testing.M) {
	if os.Getenv(orphanVariable) != "" {
		runUntilKilled()
	}
	goleak.VerifyTestMain(m)
}

func runUntilKilled() {
	// The server inherits standard error, which thus ends only when both programs have.
	server, err := devserver.Start(context.Background(), devserver.Options{})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(server.URL())
	select {}
}
