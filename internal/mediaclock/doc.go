// Package mediaclock converts a sender's times to the local clock, for media of any clock rate.
//
//	clock.go        RTP timestamp to local time: when a unit is due, and when it is decoded (docs/adr/0012)
//	pace.go         how the sender's clock goes against ours
//	timeline.go     the line from the sender's time to ours that follows from it
//	decodeorder.go  times of decoding, for streams whose pictures are not decoded in the order of showing
//	offset.go       by how much a sender's wall clock is ahead of ours
//	capturetime.go  RTP timestamp to the sender's wall clock
package mediaclock
