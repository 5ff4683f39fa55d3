// Package teststructure reads GstStructures for tests, into values that Go compares.
package teststructure
