// Package testaddress gives package base's functions for addresses, which are C, to tests.
package testaddress
