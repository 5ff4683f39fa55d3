// Package livekitdevices is the GStreamer device provider for LiveKit: the tracks of one room, as devices.
//
//	LIVEKIT_ROOM=demo gst-device-monitor-1.0 Video/Source Audio/Source
//
// The room is that of LIVEKIT_ROOM, on the server and with the keys that the elements find in the environment, too. A device makes a
// livekitsrc or a livekitaudiosrc that receives its track.
//
// A program calls Register of package livekitbin, which registers this, too.
package livekitdevices
