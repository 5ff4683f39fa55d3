// Package hostile makes what a malicious or broken publisher sends: frames that are none, or that lie. For tests.
package hostile
