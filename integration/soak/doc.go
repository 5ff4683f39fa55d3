// Package soak watches the memory of streams that are read, and of streams that are
// not, for a while: for seconds in make test, for ten minutes in make soak.
package soak
