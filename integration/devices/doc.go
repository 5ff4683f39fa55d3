// Package devices has gst-device-monitor-1.0 list the tracks of a room.
package devices
