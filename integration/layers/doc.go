// Package layers has the tests that choose simulcast layers: LiveKit's Node SDK, whose engine is libwebrtc, publishes
// 1280x720 in three sizes, and what arrives is measured.
package layers
