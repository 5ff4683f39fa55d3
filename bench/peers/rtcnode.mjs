// Receives every video track of a room, or with SOUND every track of sound, with LiveKit's official Node SDK, as one of the benchmark's receivers. It writes the
// lines that bench/record reads to file descriptor 3, and ends at SIGINT.
//
//   LIVEKIT_URL=... LIVEKIT_TOKEN=... node rtcnode.mjs [RGBA or SOUND]

import { writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { performance } from 'node:perf_hooks';
import { readTime } from '../../integration/rtcnode/picture.mjs';

// The SDK is installed beside the driver of the integration tests.
const require = createRequire(new URL('../../integration/rtcnode/package.json', import.meta.url));
const { AudioStream, Room, RoomEvent, TrackKind, VideoBufferType, VideoStream, dispose } = require('@livekit/rtc-node');

const format = process.argv[2];
const LOUD = 8000;
const now = () => Math.round((performance.timeOrigin + performance.now()) * 1000);
const cpu = () => {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return userCPUTime + systemCPUTime;
};
const say = (line) => writeAll(Buffer.from(`${JSON.stringify(line)}\n`));

function writeAll(data) {
  for (let done = 0; done < data.length; ) {
    try {
      done += writeSync(3, data, done);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}

// readGreen is readTime for RGBA, whose brightness is its green.
function readGreen(data, width, height) {
  const rows = Math.floor((height * 32) / 720);
  const green = (x, y) => data[(y * width + x) * 4 + 1] > 127;
  let value = 0;
  for (let block = 0; block < 32; block++) {
    const x = Math.floor(((2 * block + 1) * width) / 64);
    const top = green(x, Math.floor(rows / 2));
    if (top === green(x, rows + Math.floor(rows / 2))) return undefined;
    value = value * 2 + (top ? 1 : 0);
  }
  return value;
}

const room = new Room();
const lines = [];
const begin = now();

async function read(track, identity) {
  const line = { event: 'end', track: identity, begin, cpuFirst: 0, cpuLast: 0, at: [], pictures: [] };
  lines.push(line);
  let wasLoud = false;
  const sound = format === 'SOUND';
  for await (const event of sound ? new AudioStream(track) : new VideoStream(track)) {
    const frame = sound ? event : event.frame;
    let picture;
    if (sound) {
      // At the first frame of a burst, the whole second of the clock at which bursts begin: see bench/tap.
      const isLoud = frame.data.some((sample) => Math.abs(sample) > LOUD);
      if (isLoud && !wasLoud) picture = (Math.floor(now() / 1e6) * 1000) % 2 ** 32;
      wasLoud = isLoud;
    } else if (format === 'RGBA') {
      const rgba = frame.convert(VideoBufferType.RGBA);
      picture = readGreen(rgba.data, rgba.width, rgba.height);
    } else if (frame.type === VideoBufferType.I420) {
      picture = readTime(frame.data, frame.width, frame.height);
    }
    line.at.push(now());
    line.pictures.push(picture ?? -1);
    line.cpuLast = cpu();
    if (line.at.length === 1) {
      line.cpuFirst = line.cpuLast;
      say({ event: 'first', track: identity, begin, cpuFirst: line.cpuFirst });
    }
  }
}

room.on(RoomEvent.TrackSubscribed, (track, publication, participant) => {
  if (format === 'SOUND' && track.kind === TrackKind.KIND_AUDIO) read(track, publication.name);
  if (format !== 'SOUND' && track.kind === TrackKind.KIND_VIDEO) read(track, participant.identity);
});
process.on('SIGINT', async () => {
  lines.forEach(say);
  await room.disconnect();
  await dispose();
  process.exit(0);
});
await room.connect(process.env.LIVEKIT_URL, process.env.LIVEKIT_TOKEN, { autoSubscribe: true, dynacast: false });
