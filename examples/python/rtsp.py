#!/usr/bin/python3
"""Serves a room's first H.264 video, as its publisher encoded it, and its sound to any number of RTSP clients."""

import argparse
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402


def quoted(text):
    """The text as a value in a description of a pipeline."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def request_key_frame(_, context):
    """A client that joins others sees nothing until the next key frame, and the publisher makes one only when it is asked to."""
    context.media.get_element().get_by_name("picture").emit("request-key-frame")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("room")
    parser.add_argument("--address", default="127.0.0.1", help="where to listen; 0.0.0.0 is everywhere")
    parser.add_argument("--port", default="8554")
    arguments = parser.parse_args()

    Gst.init(None)
    room = quoted(arguments.room)
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(
        f"( livekitsrc name=picture room={room} ! h264parse ! rtph264pay name=pay0 pt=96 config-interval=-1 "
        f"livekitaudiosrc room={room} ! rtpopuspay name=pay1 pt=97 )"
    )
    factory.set_shared(True)  # one connection to the room for all clients

    server = GstRtspServer.RTSPServer(address=arguments.address, service=arguments.port)
    server.connect("client-connected", lambda _, client: client.connect("play-request", request_key_frame))
    server.get_mount_points().add_factory("/live", factory)
    if not server.attach():
        sys.exit(f"cannot listen on {arguments.address}:{arguments.port}")
    print(f"serving rtsp://{arguments.address}:{server.get_bound_port()}/live", flush=True)
    GLib.MainLoop().run()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
