// Package rtcnode runs LiveKit's official Node SDK, the engine of the original
// VideoStream, as a peer of the integration tests: it publishes a picture with
// the time in it, or receives one and reports what it saw. Its program is
// peer.mjs; scripts/test.sh installs its dependencies with npm.
package rtcnode
