// Package sdk is the only code that accesses unexported parts of LiveKit's Go SDK, or changes what the SDK does
// (docs/adr/0006):
//
//	fields.go       unexported fields that are read, by name and type
//	setcallback.go  setting callbacks of a running room
//	capability.go   the capabilities that a join announces
//
// Nothing else in the module reaches into the SDK.
package sdk
