"""Receives every video track of a room with LiveKit's Python SDK, as one of the benchmark's receivers.

It writes the lines that bench/record reads to file descriptor 3, and ends at SIGINT.

    LIVEKIT_URL=... LIVEKIT_TOKEN=... python3 videostream.py [RGBA]
"""

import asyncio
import json
import os
import resource
import signal
import sys
import time

from livekit import rtc

BLOCKS = 32
MIN_CONTRAST = 64

FORMAT = sys.argv[1] if len(sys.argv) > 1 else None


def now():
    return time.time_ns() // 1000


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return int((usage.ru_utime + usage.ru_stime) * 1e6)


def say(line):
    data = (json.dumps(line) + "\n").encode()
    while data:
        data = data[os.write(3, data) :]


def read_picture(frame):
    """Reads the time in a picture, as internal/testkit/testpicture describes it: from its luma, or from the green of RGBA."""
    step, offset = (4, 1) if FORMAT == "RGBA" else (1, 0)
    data, width, rows = frame.data, frame.width, frame.height * 32 // 720
    top, bottom = rows // 2 * width, (rows + rows // 2) * width
    value = 0
    for block in range(BLOCKS):
        x = (block * width // BLOCKS + (block + 1) * width // BLOCKS) // 2
        contrast = data[(top + x) * step + offset] - data[(bottom + x) * step + offset]
        if abs(contrast) < MIN_CONTRAST:
            return -1
        value = value << 1 | (contrast > 0)
    return value


async def read(track, identity, begin, lines):
    line = {"event": "end", "track": identity, "begin": begin, "cpuFirst": 0, "cpuLast": 0, "at": [], "pictures": []}
    lines.append(line)
    kind = rtc.VideoBufferType.RGBA if FORMAT == "RGBA" else None
    async for event in rtc.VideoStream(track, format=kind):
        picture = read_picture(event.frame)
        line["at"].append(now())
        line["pictures"].append(picture)
        line["cpuLast"] = cpu()
        if len(line["at"]) == 1:
            line["cpuFirst"] = line["cpuLast"]
            say({"event": "first", "track": identity, "begin": begin, "cpuFirst": line["cpuFirst"]})


async def main():
    lines, readers = [], []
    room = rtc.Room()
    begin = now()

    @room.on("track_subscribed")
    def on_track(track, _publication, participant):
        if track.kind == rtc.TrackKind.KIND_VIDEO:
            readers.append(asyncio.create_task(read(track, participant.identity, begin, lines)))

    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stop.set)
    await room.connect(os.environ["LIVEKIT_URL"], os.environ["LIVEKIT_TOKEN"])
    await stop.wait()
    for line in lines:
        say(line)
    await room.disconnect()


asyncio.run(main())
