// Package playout makes one continuous stream of sound from the frames of one track after another: in place of what is
// late, lost or never sent it makes something up, and it follows the times of the frames, which follow the publisher's
// clock, by a few samples more or fewer.
//
// A [Timeline] is called with each frame ([Timeline.Play]), and by the clock ([Timeline.Tick]) when there should have
// been one. It gives [Piece]s, each of which begins where the one before it has ended.
//
//	timeline.go  where the next piece belongs
//	hole.go      what is made up where there is no frame
//	follow.go    when and how the stream moves to the times of the frames
//	samples.go   pieces of samples, for a stream that is decoded
//	packets.go   pieces of packets, for a stream that is not
//
// Times that begin with "local" are by the local clock, relative to an epoch. The times of pieces are by the clock of
// whoever takes them: the running time of a pipeline, for instance.
package playout
