// Package browser runs Chromium with LiveKit's client for browsers as a peer of the integration tests: it publishes its test
// camera, or shows a participant and says which colours it shows. Its page is page.html; scripts/test.sh installs the client
// with npm.
package browser
