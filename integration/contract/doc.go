// Package contract is what livekitsrc promises to a GStreamer application, as tests that each way of having the element
// passes: with the plugin file (package plugin), and linked into the program (package static).
package contract
