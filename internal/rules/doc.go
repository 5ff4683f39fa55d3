// Package rules holds the repository's rules as ordinary tests: which package may import which, and what every file owes its reader.
// A rule that only a linter or a reviewer knows is forgotten; these fail with the reason.
package rules
