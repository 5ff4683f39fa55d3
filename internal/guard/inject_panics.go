//go:build panics

package guard

import (
	"os"
	"sync/atomic"
)

// Variable is the environment variable with the place that panics from the start.
const Variable = "GST_LIVEKIT_PANIC"

var injected atomic.Pointer[string]

func init() { Inject(os.Getenv(Variable)) }

// Inject makes a place panic each time, instead of the previous place. "" stops that.
func Inject(place string) { injected.Store(&place) }

func inject(place string) {
	if at := injected.Load(); at != nil && *at == place {
		panic("injected into " + place)
	}
}
