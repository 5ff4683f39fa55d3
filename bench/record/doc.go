// Package record is what a receiver of the benchmark says of its run: lines of JSON on file descriptor 3, "first" at the
// first frame of each track and "end" once for each, when it has been asked to stop. The GStreamer element benchtap, the
// Go program videostream and the programs of the peers all write them, and the benchmark reads them.
//
// Frames are kept in memory until the end, so that a receiver has little to do for its being measured.
package record
