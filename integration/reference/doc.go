// Package reference compares docs/reference, and what gst-inspect-1.0 shows, with what the plugin says of itself. make reference
// writes both anew.
package reference
