// Package pipelines is one example for each thing that people do with a LiveKit track in GStreamer:
//
//	display.sh           show it in a window
//	record.sh            encode it and record it to a Matroska file
//	record-untouched.sh  record it as its publisher encoded it
//	record-in-pieces.sh  record it likewise, in files of a few seconds each
//	snapshot.sh          save one picture as a PNG
//	side-by-side.sh      record two participants beside each other
//	udp.sh               send it on as H.264 over UDP
//	raw-rgb.sh           feed its pixels to a program
//	listen.sh            play its sound
//	record-wav.sh        record the sound to a WAV file
//	record-flac.sh       record it to a FLAC file
//	record-opus.sh       record it as its publisher encoded it
//	speech.sh            feed its samples to a program
//	record-both.sh       record picture and sound as their publisher encoded them
//	snapshots.sh         save a picture every few seconds
//	show-and-record.sh   show it in a window, and record it as its publisher encoded it
//	hls.sh               make an HLS stream of picture and sound
//	rtmp.sh              send both to an RTMP server
//	srt.sh               send both over SRT
//	barcodes.sh          read the bar codes in it
//	record/              record it from a Go program that builds pipelines with go-gst
//	frames/              read it frame by frame in a Go program, without a pipeline
//
// Beside this folder, record-room/ records a whole room, and python/ has programs in Python. docs/guide shows all by use.
//
// The tests of this package run each of them against a real server and check what comes out. They also run the commands and
// programs in README.md.
package pipelines
