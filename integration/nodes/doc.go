// Package nodes tests a LiveKit server of two nodes that share their rooms through Redis, as docs/scaling.md says.
package nodes
