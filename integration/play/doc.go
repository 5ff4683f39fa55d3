// Package play plays pipelines for a test in its own process with go-gst, as a Go application does. Which livekitsrc it
// plays with is the program's choice: the one of the plugin file, or the one that livekitsrc.Register put there.
//
//	p := play.Start(t, "livekitsrc room=demo"+play.Sink)
//	frame := p.Frame()
//
// Every wait ends the test with the messages of the pipeline when it takes longer than rig.Patience. The pipeline ends
// with the test.
package play
