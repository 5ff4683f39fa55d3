// Package child runs programs that must not outlive the program that started them: not after an error, not after
// Ctrl-C, and not after SIGKILL of the parent. It is for Linux, and for tests and demos.
package child
