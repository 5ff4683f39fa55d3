// Package application makes Selectors of what an application receives that joined a room with LiveKit's SDK: of a participant
// ([SelectParticipant]) and of a single track ([SelectTrack]). What reads the tracks sees no difference to those of a
// connection of ours.
//
// It is the only package that knows the SDK, and only package stream imports it: the plugin does not contain the SDK.
package application
