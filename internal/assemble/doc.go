// Package assemble has what the assemblers of all media have in common; each of them is a package below it.
//
//	decryption.go  who decrypts frames, and how it goes
package assemble
