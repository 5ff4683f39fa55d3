package foreground

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
)

// The exit status of a program.
const (
	StatusFailed = 1
	StatusUsage  = 2
)

// Status runs a program until it fails or Context ends, and returns its exit status. parse reads the options and says what is wrong with
// them; run does not return before it has cleaned up. An error after the end of Context is no failure.
func Status[Options any](
	name string, arguments []string, parse func(arguments []string) (Options, error), run func(context.Context, Options) error,
) int {
	options, err := parse(arguments)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return StatusUsage
	}
	ctx, stop := Context()
	defer stop()
	if err := run(ctx, options); err != nil && ctx.Err() == nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		return StatusFailed
	}
	return 0
}
