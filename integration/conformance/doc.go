// Package conformance holds stream.VideoStream against the original: LiveKit's
// VideoStream, whose engine the official Node SDK shares with the Python one.
package conformance
