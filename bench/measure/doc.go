// Package measure runs one receiver as a child process and finds out what it cost and how late its frames were: the
// processor time that the kernel counted for the whole process, its memory as the kernel shows it, and the latency that
// follows from the time in each picture.
package measure
