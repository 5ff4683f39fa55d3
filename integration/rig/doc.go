// Package rig is what the integration tests stand on: the plugin file and the livekit-server that `make build` left, one
// server for each test program, a room and publishers for each test, and readers for the pictures that come back.
//
// Every test program of this tree begins with [Main]. Nothing here knows GStreamer: tests play with gst-launch-1.0
// (package launch) or in their own process (package play).
package rig
