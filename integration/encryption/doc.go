// Package encryption receives what others encrypt end to end: the official Node SDK, and a publisher on the Go SDK. The
// Node SDK also receives what that publisher encrypts, so that the three of them agree.
package encryption
