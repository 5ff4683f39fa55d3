// Package base is what every LiveKit source element has, whatever its medium: the settings, the states, the address, and one
// run from READY to PAUSED and back.
package base
