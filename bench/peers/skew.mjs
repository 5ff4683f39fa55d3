// Receives the picture and the sound of a room with LiveKit's Node SDK, as its examples do, and says when each picture came, with
// the time that is drawn into it, and when each burst of sound began. It says lines of JSON on standard output, in microseconds
// since 1970, and ends at SIGINT.
//
//   LIVEKIT_URL=... LIVEKIT_TOKEN=... node skew.mjs

import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { readTime } from '../../integration/rtcnode/picture.mjs';

// The SDK is installed beside the driver of the integration tests.
const require = createRequire(new URL('../../integration/rtcnode/package.json', import.meta.url));
const { AudioStream, Room, RoomEvent, TrackKind, VideoBufferType, VideoStream, dispose } = require('@livekit/rtc-node');

const RATE = 48000;
const LOUD = 3000;
const SILENCE = RATE / 10; // samples

const now = () => Math.round((performance.timeOrigin + performance.now()) * 1000);
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

async function look(track) {
  for await (const { frame } of new VideoStream(track)) {
    const at = now();
    const { data, width, height } = frame.type === VideoBufferType.I420 ? frame : frame.convert(VideoBufferType.I420);
    const value = readTime(data, width, height);
    if (value !== undefined) say({ at, picture: value });
  }
}

async function listen(track) {
  let quiet = 0;
  for await (const frame of new AudioStream(track, { sampleRate: RATE, numChannels: 1 })) {
    const at = now();
    frame.data.forEach((sample, i) => {
      if (Math.abs(sample) < LOUD) {
        quiet++;
        return;
      }
      if (quiet >= SILENCE) say({ at: at + Math.round((i * 1e6) / RATE), burst: true });
      quiet = 0;
    });
  }
}

const room = new Room();
room.on(RoomEvent.TrackSubscribed, (track) => (track.kind === TrackKind.KIND_VIDEO ? look : listen)(track));
process.on('SIGINT', async () => {
  await room.disconnect();
  await dispose();
  process.exit(0);
});
await room.connect(process.env.LIVEKIT_URL, process.env.LIVEKIT_TOKEN, { autoSubscribe: true, dynacast: false });
