// Package guest tests the plugin as a guest in a C program: that nothing it does ends, hangs or surprises the program.
package guest
