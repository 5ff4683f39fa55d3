#!/usr/bin/python3
"""Reads a room's first video frame by frame as numpy arrays, as OpenCV takes them, and says how much of the picture moves."""

import argparse
import sys

import gi
import numpy

gi.require_version("Gst", "1.0")
gi.require_version("GstApp", "1.0")
gi.require_version("GstVideo", "1.0")
# GstApp is not named below, and gives appsink its methods.
from gi.repository import Gst, GstApp, GstVideo  # noqa: E402, F401


def as_array(sample):
    """The picture of a sample as an array of height x width x 3: blue, green and red. It is a copy, and may be kept."""
    info = GstVideo.VideoInfo.new_from_caps(sample.get_caps())
    data = sample.get_buffer().extract_dup(0, info.size)
    # A row may be longer than its pixels: its length is a multiple of 4.
    rows = numpy.frombuffer(data, numpy.uint8).reshape(info.height, info.stride[0])
    return rows[:, : info.width * 3].reshape(info.height, info.width, 3)


def frames(pipeline, sink):
    """Yields each frame until the end of the stream. An error of the pipeline is raised."""
    bus = pipeline.get_bus()
    pipeline.set_state(Gst.State.PLAYING)
    try:
        while True:
            sample = sink.try_pull_sample(Gst.SECOND // 10)
            while message := bus.pop():
                if message.type == Gst.MessageType.ERROR:
                    error, _ = message.parse_error()
                    raise RuntimeError(error.message)
                if message.type == Gst.MessageType.WARNING:
                    print(message.parse_warning()[0].message, file=sys.stderr)
                if message.type == Gst.MessageType.LATENCY:
                    pipeline.recalculate_latency()
            if sample:
                yield as_array(sample)
            elif sink.is_eos():
                return
    finally:
        pipeline.set_state(Gst.State.NULL)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("room")
    parser.add_argument("--participant", default="", help="whom to receive; the first who publishes if empty")
    parser.add_argument("--count", type=int, default=0, help="end after so many frames")
    parser.add_argument("--save", help="where to save the last frame, as a PPM file")
    arguments = parser.parse_args()

    Gst.init(None)
    # One frame waits for us. While we are busy, newer ones take its place.
    pipeline = Gst.parse_launch(
        "livekitsrc name=source ! videoconvert ! video/x-raw,format=BGR ! appsink name=sink sync=false max-buffers=1 drop=true"
    )
    source, sink = pipeline.get_by_name("source"), pipeline.get_by_name("sink")
    source.set_property("room", arguments.room)
    source.set_property("participant", arguments.participant)
    # Signals come from a thread of the element.
    source.connect("track-subscribed", lambda _, who, sid: print("receiving", sid, "of", who, flush=True))

    before = None
    for number, frame in enumerate(frames(pipeline, sink), 1):
        # Any function of OpenCV takes the frame, such as cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY).
        grey = frame.mean(axis=2)
        if before is not None and before.shape == grey.shape:
            moving = (abs(grey - before) > 20).mean()
            print(f"frame {number}: {frame.shape[1]}x{frame.shape[0]}, {moving:.1%} of it moves", flush=True)
        before = grey
        if number == arguments.count:
            break
    if arguments.save and before is not None:
        height, width, _ = frame.shape
        with open(arguments.save, "wb") as file:
            file.write(b"P6 %d %d 255\n" % (width, height) + frame[:, :, ::-1].tobytes())


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass
    except RuntimeError as error:
        sys.exit(str(error))
