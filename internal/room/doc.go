// Package room joins a LiveKit room and chooses the tracks to receive in it.
//
// A [Connection] is one participant in one room. A [Selector] follows what others publish and gives one [Track] after
// another: the first that matches and, when it has ended, the next one. A Track ends when it is republished, when
// permission is withdrawn, or when the server restarts. A Selector can also be made from a participant in a room that
// the application joined ([SelectParticipant]) or from one track ([SelectTrack]); code that reads the tracks sees no
// difference.
//
// # Level, not edge
//
// A callback of the SDK only says that something changed. Selectors never use its arguments, but read the whole present
// state again. So the order of events does not matter, a track that is published while another one ends cannot be
// missed, and an event that arrives twice does no harm.
//
// # Layers
//
// [Layers] chooses the simulcast layer of video, and pauses. The choice belongs to the Selector and applies to each of
// its tracks. It is sent to the server after each subscription and each reconnect, and when it changes.
//
// # Packets
//
// LiveKit gives a connection one subscription per track, and a subscription allows one reader. An [rtp.Source] shares
// it: a single Track reads it directly, several get copies. So Selectors are independent of each other even if they
// choose the same track, and the end of a subscription is noticed even if nobody reads it.
//
// This is the only package that uses the SDK's Room type, so that the SDK could be replaced here.
package room
