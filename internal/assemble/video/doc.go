// Package video assembles the RTP packets of one video track into access units: complete frames, in order, in the form
// that a decoder takes, with the time at which each is due.
//
// A [Receiver] reads an [rtp.PacketReader], which *webrtc.TrackRemote is, and calls back once per access unit:
//
//	r, err := video.New(video.Config{
//		Config:          rtp.Config{Latency: 100 * time.Millisecond},
//		Codec:           caps.VP8,
//		RequestKeyFrame: func() { participant.WritePLI(track.SSRC()) },
//	})
//	if err != nil {
//		return err
//	}
//	err = r.Run(ctx, track, func(au *video.AccessUnit) error {
//		return decoder.Push(au.Data, au.PTS)
//	})
//
// Package rtp puts the packets in order. They then go through these steps, one per file, on the goroutine that called
// Run:
//
//	assembler.go   the interface to package rtp
//	depacketize.go payload formats: vp8.go (RFC 7741), vp9.go (RFC 9628; its layers: vp9superframe.go), h264.go (RFC 6184), h265.go (RFC 7798), av1.go
//	assembly.go    packets of one timestamp become one access unit
//	blank.go       drops the black key frames that a LiveKit server sends
//	decrypt.go     decryption, by Config.Decryptor
//	trailer.go     LiveKit's packet trailer becomes Metadata; in H.264 and H.265 also by sei.go
//	rotation.go    rotation of the picture, from RTP headers or from SEI messages
//	schedule.go    the times of package mediaclock
//	keyframe.go    when to ask for a key frame
//
// # Packet loss
//
// If a packet is missing, its access unit is dropped, and so are all units up to the next key frame, which the Receiver
// requests: a decoder that gets a delta frame without its reference shows garbage. The first unit after that has
// Discont set.
//
// # Adding a codec
//
// One file with a depacketizer, one line in the table in depacketize.go, one recording in testdata.
package video
