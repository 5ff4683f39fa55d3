// Package engine receives one medium from the tracks that a selector gives, one after another. stream.VideoStream and
// the element share it and differ only in the last step: frames for Next, or buffers on the pad of an element.
//
// A [Stream] feeds on one goroutine. Per track:
//
//	feed.go        track -> assemble/video -> access unit -> the last output
//	output.go      one chain of elements, and what is known about the units in it (unit.go, frame.go)
//	encryption.go  which key, and what is reported when there is none
//	overload.go    the decoder or the network cannot keep up: a lower layer (layer.go), for a while (ceiling.go)
//	latency.go     how late frames may be, as the network is
//	silence.go     there is no picture: when to report that, and why (nopicture.go)
//	mute.go        gaps for a pipeline while a track is muted
//	size.go        how large a picture may be
//	stats.go       what is counted
package engine
