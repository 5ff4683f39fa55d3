// Package guard prevents a panic in this module from ending the host program.
//
// Functions that other code calls begin with [Do]: those called by C, and callbacks of LiveKit's SDK or of pion.
// Goroutines are started with [Go], and functions for timers and contexts are made with [Func]. A panic becomes an
// [Error], with which the [Owner] ends its stream or element. internal/rules checks that no place lacks this.
//
// Each of these places has a name. In a build with the tag panics, the place that [Inject] names panics, which is how
// tests check that each of them is guarded.
package guard
