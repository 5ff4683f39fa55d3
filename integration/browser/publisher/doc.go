// Package publisher tests what Chromium publishes with LiveKit's client, in every form that it has. It takes minutes, so
// `make test-browser` runs it, and `make test` does not.
package publisher
