// Package skew measures by how much sound comes after the picture that belongs to it, or before it: in a recorded file, and at
// two sinks.
//
// Publishers draw the time into each picture, as package testpicture does, and begin a burst of sound at each whole second of the
// same clock. So a burst tells which picture belongs to it, however late the publisher was with either.
//
//	burst.go  where a burst begins
//	file.go   when pictures are shown and bursts are heard in a file
//	sinks.go  when they come out of two sinks
//	skew.go   how far apart they are
package skew
