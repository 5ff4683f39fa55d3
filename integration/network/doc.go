// Package network plays tracks over networks that lose and delay packets, and counts what a sink shows of them.
//
// A Stage has a server, a publisher, a control receiver that loses nothing, and the receivers under test behind an impaired
// link. A Case says what the link does; Stage.Measure compares what each receiver showed with what was published. The tests
// of this package are the short form, run with all others; the program report is the long one, make test-network, which
// writes docs/reliability.md.
package network
