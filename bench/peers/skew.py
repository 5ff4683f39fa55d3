"""Receives the picture and the sound of a room with LiveKit's Python SDK, as its examples do.

It says when each picture came, with the time that is drawn into it, and when each burst of sound began: lines of JSON on standard
output, in microseconds since 1970. It ends at SIGINT.

    LIVEKIT_URL=... LIVEKIT_TOKEN=... python3 skew.py
"""

import asyncio
import json
import os
import signal
import time

from livekit import rtc

BLOCKS = 32
MIN_CONTRAST = 64
RATE = 48000
LOUD = 3000
SILENCE = RATE // 10  # samples


def now():
    return time.time_ns() // 1000


def say(line):
    print(json.dumps(line), flush=True)


def read_picture(frame):
    """Reads the time in a picture, as internal/testkit/testpicture describes it, from its luma."""
    data, width, rows = frame.data, frame.width, frame.height * 32 // 720
    top, bottom = rows // 2 * width, (rows + rows // 2) * width
    value = 0
    for block in range(BLOCKS):
        x = (block * width // BLOCKS + (block + 1) * width // BLOCKS) // 2
        contrast = data[top + x] - data[bottom + x]
        if abs(contrast) < MIN_CONTRAST:
            return None
        value = value << 1 | (contrast > 0)
    return value


async def look(track):
    async for event in rtc.VideoStream(track, format=rtc.VideoBufferType.I420):
        at, value = now(), read_picture(event.frame)
        if value is not None:
            say({"at": at, "picture": value})


async def listen(track):
    quiet = 0
    async for event in rtc.AudioStream(track, sample_rate=RATE, num_channels=1):
        at = now()
        for i, sample in enumerate(event.frame.data):
            if abs(sample) < LOUD:
                quiet += 1
                continue
            if quiet >= SILENCE:
                say({"at": at + i * 1_000_000 // RATE, "burst": True})
            quiet = 0


async def main():
    tasks = []
    room = rtc.Room()

    @room.on("track_subscribed")
    def on_track(track, _publication, _participant):
        receive = look if track.kind == rtc.TrackKind.KIND_VIDEO else listen
        tasks.append(asyncio.create_task(receive(track)))

    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stop.set)
    await room.connect(os.environ["LIVEKIT_URL"], os.environ["LIVEKIT_TOKEN"])
    await stop.wait()
    await room.disconnect()


asyncio.run(main())
