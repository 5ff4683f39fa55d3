// Package subscriber is a participant in a LiveKit room that receives: signalling (package signal), one peer connection,
// and the packets of the tracks that it subscribed to, on pion alone (docs/adr/0022).
//
//	room.go          a participant, from Join to Close
//	session.go       our part in the room as the server knows it, until it is replaced
//	messages.go      what the server says, one message after the other
//	participants.go  who is in the room, and what they publish
//	wishes.go        what we ask for of tracks
//	state.go         where a participant is between joining and leaving
//	reconnect.go     what is done when the server is lost
//	media.go         and the way of media
//	backoff.go       and how often
//	errors.go        why it ended, and what of that is the end
//	peer.go          the peer connection
//	offer.go         what we offer in it to a server that does not offer
//	tcp.go           media over TCP, if UDP does not do
//	relay.go         what is known of TURN servers that do not take us
//	codecs.go        what we can receive
//	network.go       the sockets of the peer connection
//	socket.go        and how they are read
//	streams.go       decrypted packets, from where pion would queue them
//	resent.go        a packet that is sent again, as it was (RFC 4588)
//	feedback.go      what the server is told of the packets: receiver reports, TWCC, round trips
//	track.go         one subscription, which is read
//	pion.go          some words of pion's, for tracks of applications too
//	path.go          the way that media takes, and what has come on it
//	people.go        who speaks, and how good everybody's connection is
//	log.go           pion's log
//
// # How a packet comes
//
// pion hands a packet on five times until it is read: ICE's socket, its multiplexer, SRTP, a queue for each SSRC, and
// interceptors around the reader. Each but the last is a goroutine with a queue and two copies. Its queues for SSRCs can be
// replaced (SettingEngine.BufferFactory), and are: what is written into one is a decrypted packet, on SRTP's goroutine, and
// goes at once to the [Track] that reads it, whether it came for the first time or was sent again on an SSRC of its own. So a
// packet that was sent again does not wait for the next ordinary one. The interceptors are called there too, and pion knows of none.
//
// # When the server is lost
//
// A [Room] notices that signalling has ended or is not answered, that ICE has failed, or that the server sends us away. It then
// asks to go on with the session: signalling is another connection, whoever offers has ICE find a path anew, and tracks stay. A
// server that refuses, or a media connection that does not come back, means another session: tracks end, and subscriptions are
// for who listens to make again. Some leaves are the end.
//
// # Level, not edge
//
// The server's messages become a state, which is looked at, and [Room.Changed] says that it is another one.
package subscriber
