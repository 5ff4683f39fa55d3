// Package rtp is the side of a track that faces the network, for a medium of any kind: it reads packets, puts them in order,
// asks for those that are missing, and decides how long they are waited for. What the packets carry is the affair of an
// [Assembler].
//
//	source.go      a subscription and who reads it: a Reader by itself, or a goroutine for several
//	backlog.go     what was waiting before anybody read
//	reader.go      what one of them reads
//	receiver.go    the loop: one packet after the other, and what is due by time
//	packet.go      header, padding removed (RFC 3550 section 5.1)
//	extensions.go  header extensions: orientation, capture time (RFC 8285)
//	sequence.go    the place of a packet in the sequence, and a sender that restarts
//	reorder.go     order of sequence numbers, duplicates, gaps
//	gap.go         what happens while packets are missing
//	nack.go        when to ask for them again
//	adaptive.go    how late frames may be because of that
//	losses.go      losses that cannot be bad luck
//	jitter.go      interarrival jitter
//	wake.go        the read deadline, which is the only timer
//
// Packets in order are never held back. A packet that is missing is waited for at most Config.Latency, counted from the
// arrival of the first packet behind it, because it may be on its way in another order or as a retransmission
// (RFC 4588). With an adaptive latency it is waited for as long as it can still come (docs/adr/0014).
package rtp
