// Package signalling compares what internal/subscriber and LiveKit's official Node SDK say to a real server for the same moves. A
// proxy between them and the server writes down what passes.
package signalling
