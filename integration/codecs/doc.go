// Package codecs tests, from end to end, what LiveKit's official SDK publishes in VP9 with spatial layers and in AV1: as
// pictures, whatever decoder is chosen, and as a recording.
package codecs
