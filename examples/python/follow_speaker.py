#!/usr/bin/python3
"""Shows whoever speaks, plays everybody's sound, and prints how loud it is. The first participant is shown until somebody speaks."""

import argparse
import sys

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GLib, Gst  # noqa: E402


def make(pipeline, factory, **properties):
    """Adds an element to the pipeline."""
    element = Gst.ElementFactory.make(factory)
    if element is None:
        sys.exit(f"no element {factory}: is its plugin installed?")
    for name, value in properties.items():
        element.set_property(name.replace("_", "-"), value)
    pipeline.add(element)
    return element


def link(*elements):
    """Links each element to the next one."""
    for one, other in zip(elements, elements[1:]):
        if not one.link(other):
            sys.exit(f"cannot link {one.name} to {other.name}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("room")
    parser.add_argument("participant", nargs="+", help="the identities of those who may be shown")
    arguments = parser.parse_args()

    Gst.init(None)
    pipeline = Gst.Pipeline.new()
    picture = make(pipeline, "livekitsrc", room=arguments.room, participant=arguments.participant[0])
    link(picture, make(pipeline, "videoconvert"), make(pipeline, "autovideosink"))
    mixer = make(pipeline, "audiomixer")
    link(mixer, make(pipeline, "level", interval=Gst.SECOND), make(pipeline, "audioconvert"), make(pipeline, "autoaudiosink"))
    # The server tells who speaks of those whose sound we receive. These elements share one connection, also with the picture.
    for who in arguments.participant:
        link(make(pipeline, "livekitaudiosrc", room=arguments.room, participant=who), mixer)
    picture.connect("track-subscribed", lambda _, who, sid: print("showing", who, flush=True))

    loop = GLib.MainLoop()
    failure = []

    def on_message(_, message):
        if message.type == Gst.MessageType.ERROR:
            failure.append(message.parse_error()[0].message)
            loop.quit()
        elif message.type == Gst.MessageType.EOS:
            loop.quit()
        elif message.type == Gst.MessageType.WARNING:
            print(message.parse_warning()[0].message, file=sys.stderr)
        elif message.type == Gst.MessageType.LATENCY:
            pipeline.recalculate_latency()
        elif message.type == Gst.MessageType.ELEMENT:
            on_element_message(message.get_structure())

    def on_element_message(structure):
        if structure.get_name() == "livekit-speaker":
            who = structure.get_string("participant")
            if structure.get_boolean("speaking")[1] and who in arguments.participant:
                print(who, "speaks", flush=True)
                picture.set_property("participant", who)
        elif structure.get_name() == "level":
            loudest = max(structure.get_value("rms"))
            print(f"{loudest:.0f} dB", flush=True)

    bus = pipeline.get_bus()
    bus.add_signal_watch()
    bus.connect("message", on_message)
    pipeline.set_state(Gst.State.PLAYING)
    try:
        loop.run()
    finally:
        pipeline.set_state(Gst.State.NULL)
    if failure:
        sys.exit(failure[0])


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
