// Package segments tests recordings in several pieces: each begins with a key frame, which the element that makes them
// asks for.
package segments
