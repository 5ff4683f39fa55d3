// Package distros plays live tracks with the Debian package, on each Linux system that it is for. Server and publisher run
// on this machine. scripts/test-distros.sh makes the systems; without the build tag "distros" there is no test.
package distros
