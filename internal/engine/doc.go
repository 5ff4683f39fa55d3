// Package engine receives one medium from whatever tracks a selector gives, one after another: what stream.VideoStream and
// the element have in common. They differ in the last step alone: frames for Next, or buffers on the pad of an element.
//
// A [Stream] has one goroutine that feeds it. Per track:
//
//	feed.go        track -> assemble/video -> access unit -> the last output
//	output.go      one chain of elements, and what is known about the units in it (unit.go, frame.go)
//	encryption.go  which key, and what is told when there is none
//	overload.go    too much for the decoder or the network: a lower layer (layer.go), for a while (ceiling.go)
//	latency.go     how late frames may be, as the network is
//	silence.go     no picture comes: when that is told, and why (nopicture.go)
//	mute.go        gaps for a pipeline while a track is muted
//	size.go        how large a picture may be
//	stats.go       what is counted
package engine
