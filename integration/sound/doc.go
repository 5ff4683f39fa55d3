// Package sound tests what somebody has of a room's picture and sound together, from real publishers to files and sinks: that the
// recording is whole, whatever camera and microphone do meanwhile, that a sound is heard when its picture is seen, and that
// samples have no gap. Publishers send a flash of the picture and a burst of sound at the same moment, once a second.
package sound
