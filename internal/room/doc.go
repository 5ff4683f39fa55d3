// Package room joins a LiveKit room and chooses the tracks to receive in it.
//
// A [Connection] is one participant in one room. A [Selector] follows what others publish and gives one [Track] after
// another: the first that matches and, when it has ended, the next one. A Track ends when it is republished, when
// permission is withdrawn, or when the server restarts. What a Selector chooses from is an [Origin]: a Connection, or in
// package application what an application received by itself.
//
// Selectors of one Connection that name nobody follow one participant, so that picture and sound are those of one person:
// followed.go says whom.
//
// # Level, not edge
//
// An event only says that something changed. Connections and Selectors then read the whole present state again. So the order of events does not matter, a track that is published while another one ends cannot be
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
package room
