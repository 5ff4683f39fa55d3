// Package guard keeps a panic in this module from ending the program that it is a guest in.
//
// Whatever is called by somebody else begins with [Do]: a function that C calls, a callback of LiveKit's SDK or of pion.
// Every goroutine is started with [Go], and what a timer or a context calls is made with [Func]. A panic becomes an
// [Error], which an [Owner] makes the error of its stream or element. internal/rules checks that nothing goes past this.
//
// Each of these places has a name of its own. Built with the tag panics, the place that [Inject] names panics, which is
// how the tests know that every one of them is guarded.
package guard
