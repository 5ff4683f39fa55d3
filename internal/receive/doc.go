// Package receive turns the RTP packets of one video track into access units: one frame each, complete, in order, as a
// decoder takes it, with a time at which it is due.
//
// A [Receiver] reads a [PacketReader], which *webrtc.TrackRemote is, and calls back once per access unit:
//
//	r, err := receive.New(receive.Config{
//		Codec:           caps.VP8,
//		Latency:         100 * time.Millisecond,
//		RequestKeyFrame: func() { participant.WritePLI(track.SSRC()) },
//	})
//	if err != nil {
//		return err
//	}
//	err = r.Run(ctx, track, func(au *receive.AccessUnit) error {
//		return decoder.Push(au.Data, au.PTS)
//	})
//
// A packet goes through these steps, a file each, all on the goroutine that called Run:
//
//	packet.go      header, padding removed (RFC 3550 section 5.1)
//	reorder.go     order of sequence numbers, duplicates, gaps
//	extensions.go  header extensions: orientation, capture time (RFC 8285)
//	depacketize.go payload formats: vp8.go (RFC 7741), vp9.go (RFC 9628; its layers: vp9superframe.go), h264.go (RFC 6184), h265.go (RFC 7798), av1.go
//	unit.go        packets of one timestamp become one access unit
//	blank.go       the key frames a LiveKit server invents are left out
//	decrypt.go     end-to-end encryption is taken off, by Config.Decryptor
//	trailer.go     LiveKit's packet trailer becomes Metadata; in H.264 and H.265 also by sei.go
//	rotation.go    how the picture is turned, from the header or from SEI messages
//	clock.go       RTP timestamp to local time
//	capturetime.go RTP timestamp to the sender's wall clock
//	keyframe.go    when to ask for a key frame
//	wake.go        the read deadline, which is the only timer
//
// # What is lost, and what follows from it
//
// Packets in order are never held back. A packet that is missing is waited for at most Config.Latency, counted from the
// arrival of the first packet behind it, because it may be on its way in another order or as a retransmission
// (RFC 4588). After that the access unit it belongs to is dropped, and so is every one up to the next key frame, for
// which the Receiver asks: a decoder that is fed a delta frame without its reference shows garbage. The first unit
// after that has Discont.
//
// # Adding a codec
//
// One file with a depacketizer, one line in the table in depacketize.go, one recording in testdata.
package receive
