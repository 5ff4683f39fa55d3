// Package mediaclock converts a sender's times to the local clock, for media of any clock rate.
//
//	clock.go        RTP timestamp to local time: when a unit is due, and when it is decoded (docs/adr/0012)
//	pace.go         how the sender's clock goes against ours
//	timeline.go     the line from the sender's time to ours that follows from it
//	decodeorder.go  times of decoding, for streams whose pictures are not decoded in the order of showing
//	offset.go       by how much a sender's wall clock is ahead of ours
//	capturetime.go  RTP timestamp to the sender's wall clock
//	sync.go         the tracks of one publisher, sound and picture, in one group (docs/adr/0024)
//	syncgroup.go    the level that the tracks of a group are brought to
//	syncmember.go   one track of a group
//	syncline.go     RTP timestamp to the sender's wall clock, of several reports
package mediaclock
