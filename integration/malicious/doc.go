// Package malicious tests what a publisher with bad intentions can do to receivers, through a real server: to one that decodes
// and to one that takes the stream as it is, each in a gst-launch-1.0 of its own.
package malicious
