package main

import (
	"strings"

	"github.com/gst-livekit/gst-livekit/examples/internal/console"
	"github.com/gst-livekit/gst-livekit/examples/internal/localserver"
)

// explain prints what to paste into another terminal.
func explain(o options, server *localserver.Server, out *console.Console) {
	out.Step("paste this into another terminal, so that its programs find the server")
	for _, line := range exports(o, server) {
		out.Line("%s", line)
	}
	if o.participants == 0 {
		out.Step("nobody is in a room yet. The server runs until Ctrl-C")
		return
	}
	out.Step("then try these there. Ctrl-C ends each of them")
	for _, line := range pipelines(o) {
		out.Line("%s", line)
	}
	out.Step("the address for a player")
	out.Line("%s", player(o, server))
	out.Step("%s in room %q until Ctrl-C", strings.Join(names[:o.participants], " and "), roomName)
}

func exports(o options, server *localserver.Server) []string {
	lines := server.Exports(o.environment)
	if o.plugins != "" {
		lines = append(lines, "export GST_PLUGIN_PATH="+quote(o.plugins))
	}
	return lines
}

// pipelines show, record and count.
func pipelines(o options) []string {
	from := "room=" + roomName + " participant=" + names[0]
	if o.key != "" {
		from += " e2ee-key=" + quote(o.key)
	}
	return []string{
		"gst-launch-1.0 livekitsrc " + from + " ! videoconvert ! autovideosink",
		"gst-launch-1.0 -e matroskamux name=m ! filesink location=demo.mkv livekitsrc " + from + " ! m. livekitaudiosrc " + from + " ! m.",
		"gst-launch-1.0 livekitsrc " + from + " ! videoconvert ! pngenc snapshot=true ! filesink location=demo.png",
	}
}

// player is a command with the address of the room, which takes the key pair from the environment.
func player(o options, server *localserver.Server) string {
	address := "livekit+" + server.URL() + "/" + roomName + "?participant=" + names[0]
	if o.key != "" {
		address += "&e2ee-key=" + escape(o.key)
	}
	return "gst-play-1.0 " + quote(address)
}
