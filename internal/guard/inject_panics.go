//go:build panics

package guard

import (
	"os"
	"sync/atomic"
)

// Variable names the place that panics from the beginning, in the environment.
const Variable = "GST_LIVEKIT_PANIC"

var injected atomic.Pointer[string]

func init() { Inject(os.Getenv(Variable)) }

// Inject has a place panic each time, instead of the one before. Empty is none.
func Inject(place string) { injected.Store(&place) }

func inject(place string) {
	if at := injected.Load(); at != nil && *at == place {
		panic("injected into " + place)
	}
}
