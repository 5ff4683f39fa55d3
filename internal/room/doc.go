// Package room joins a LiveKit room and chooses the tracks to receive in it.
//
// A [Connection] is one participant in one room. A [Selector] follows what others publish and gives one [Track] after
// another: the first that matches, and the next one when that one has ended because it was republished, because
// permission was withdrawn and given back, or because the server was restarted. A Selector can also be made from an
// application's own participant ([SelectParticipant]) or from one track ([SelectTrack]); whoever reads the tracks does
// not see the difference.
//
// # Level, not edge
//
// Every callback of the SDK only says that something changed. What it was is never taken from the callback: selectors
// look at the whole present state again. So the order of events does not matter, a track that is published while another
// one ends cannot be missed, and an event that arrives twice does no harm.
//
// # Layers
//
// [Layers] chooses the simulcast layer of video, and pauses. The wish belongs to the Selector and goes with it from track
// to track. The server is told it right after each subscription and each reconnect, and when it changes.
//
// # Packets
//
// LiveKit gives a connection one subscription per track, and one reader per subscription. An [rtp.Source] shares it: a single
// Track reads it by itself, several get copies, so that Selectors are independent of each other even when they choose the
// same track, and the end of a subscription is known even when nobody reads.
//
// This is the only package that knows the SDK's Room type, so that another subscriber could take its place.
package room
