// Package sdk has in one place what LiveKit's Go SDK keeps to itself, or does in a way that we cannot have (docs/adr/0006):
//
//	fields.go       unexported fields that are read, by name and type
//	setcallback.go  callbacks of a running room that are set
//	capability.go   what a join says that we know
//	log.go          the SDK's log, as slog
//	redact.go       and without the secrets in it
//
// Nothing else in the module reaches into the SDK.
package sdk
