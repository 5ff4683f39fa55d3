// Package pipelines is one example for each thing that people do with a LiveKit track in GStreamer:
//
//	display.sh       show it in a window
//	record.sh        record it to a Matroska file
//	snapshot.sh      save one picture as a PNG
//	side-by-side.sh  record two participants beside each other
//	udp.sh           send it on as H.264 over UDP
//	raw-rgb.sh       feed its pixels to a program
//	record/          record it from a Go program that builds pipelines with go-gst
//	frames/          read it frame by frame in a Go program, without a pipeline
//
// The tests of this package run each of them against a real server and look at what comes out. They also run what README.md
// tells its readers to type.
package pipelines
