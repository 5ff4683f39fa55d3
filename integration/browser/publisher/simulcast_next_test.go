//go:build servernext

package publisher_test

// With an older server, LiveKit's client publishes layers in one stream instead.
func init() {
	publications = append(publications, []struct{ name, codec, mode string }{
		{"VP9Simulcast", "vp9", "L1T3"},
		{"AV1Simulcast", "av1", "L1T3"},
	}...)
}
