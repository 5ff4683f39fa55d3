// A peer on LiveKit's official Node SDK, driven by lines of JSON: settings in the first argument, commands on
// standard input, events on standard output. It ends when standard input does.
//
//   node peer.mjs '{"role": "publish", "url": ..., "token": ..., "picture": "known.i420", "width": 640, "height": 360}'
//   node peer.mjs '{"role": "receive", "url": ..., "token": ..., "directory": "out", "keep": 30}'

import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import {
  AudioFrame,
  AudioSource,
  AudioStream,
  LocalAudioTrack,
  LocalVideoTrack,
  Room,
  RoomEvent,
  TrackKind,
  TrackPublishOptions,
  TrackSource,
  VideoBufferType,
  VideoCodec,
  VideoFrame,
  VideoRotation,
  VideoSource,
  VideoStream,
  dispose,
} from '@livekit/rtc-node';
import { drawTime, readTime } from './picture.mjs';

// On a loaded machine libwebrtc would otherwise publish smaller pictures than the test wants. The number is that of the SDK's
// DegradationPreference, which it does not export.
const MAINTAIN_FRAMERATE_AND_RESOLUTION = 4;

const settings = JSON.parse(process.argv[2]);
const say = (event, fields = {}) => process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
const room = new Room();

// publication is the commands for one track. Their names, and those of the events, end with suffix.
function publication(create, options, suffix) {
  let track;
  const publish = async () => {
    track = create();
    const { sid } = await room.localParticipant.publishTrack(track, options);
    say(`published${suffix}`, { sid });
  };
  const unpublish = async () => {
    await room.localParticipant.unpublishTrack(track.sid);
    say(`unpublished${suffix}`);
  };
  // The engine can mute, and LiveKit's Python SDK has it do so with this request; the Node SDK has no call for it.
  const setMuted = (mute) => {
    const value = { trackHandle: track.ffi_handle.handle, mute };
    globalThis._ffiClientInstance.request({ message: { case: 'localTrackMute', value } });
    say((mute ? 'muted' : 'unmuted') + suffix);
  };
  return {
    [`publish${suffix}`]: publish,
    [`unpublish${suffix}`]: unpublish,
    [`mute${suffix}`]: () => setMuted(true),
    [`unmute${suffix}`]: () => setMuted(false),
  };
}

// publisher sends a picture, a tone, or both.
function publisher() {
  const parts = [];
  if (settings.picture) parts.push(camera());
  if (settings.tone) parts.push(microphone());
  const begin = async () => {
    for (const part of parts) if (!settings.later?.includes(part.name)) await part.begin();
  };
  return Object.assign({}, ...parts, { begin, stop: () => Promise.all(parts.map((part) => part.stop())) });
}

// The flash of a beat and its burst begin at the whole seconds of the wall clock, and are this long. Times are since one of them.
const wall = () => performance.timeOrigin + performance.now();
const started = Math.floor(wall() / 1000) * 1000 - performance.timeOrigin;
const BEAT = 1000;
const BURST = 100;
const late = {}; // by how many milliseconds the last one was
const elapsed = () => performance.now() - started;
const until = (milliseconds) => new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds - elapsed())));

// microphone sends a sine wave at half of the full scale, 20 ms at a time. The source takes as much as has been played. Of a
// beat, it is 10 ms at a time, when the clock says so: what a source keeps would come late.
function microphone() {
  const { tone, beat } = settings;
  const rate = 48000;
  const samples = beat ? rate / 100 : rate / 50;
  const source = new AudioSource(rate, 1, beat ? 0 : 100);
  let sent = beat ? Math.ceil((elapsed() * rate) / 1000 / samples) * samples : 0;
  let stopped = false;

  const run = async () => {
    while (!stopped) {
      const data = new Int16Array(samples);
      for (let i = 0; i < samples; i++) {
        const silent = beat && ((sent + i) * 1000) / rate % BEAT >= BURST;
        data[i] = silent ? 0 : 16384 * Math.sin((2 * Math.PI * tone * (sent + i)) / rate);
      }
      if (beat && (sent * 1000) / rate % BEAT === 0) late.sound = elapsed() - (sent * 1000) / rate;
      sent += samples;
      await source.captureFrame(new AudioFrame(data, rate, 1, samples));
      if (beat) await until((sent * 1000) / rate);
    }
  };
  const options = new TrackPublishOptions();
  options.source = TrackSource.SOURCE_MICROPHONE;
  const commands = publication(() => LocalAudioTrack.createAudioTrack('microphone', source), options, 'Tone');
  const playing = run();
  const stop = async () => {
    stopped = true;
    await playing;
  };
  return { ...commands, name: 'tone', begin: commands.publishTone, stop };
}

// camera sends one still picture with the present time in it, frame after frame. Of a beat, it is black but for its flashes, the
// time, and a line that moves.
function camera() {
  const { width, height, frameRate = 30, rotation = 0 } = settings;
  const picture = readFileSync(settings.picture);
  const source = new VideoSource(width, height);

  const send = () => {
    const frame = new VideoFrame(new Uint8Array(picture), width, height, VideoBufferType.I420);
    source.captureFrame(frame, 0n, VideoRotation[`VIDEO_ROTATION_${rotation}`]);
  };
  let timer;
  let stopped = false;
  const beats = async () => {
    for (let n = Math.ceil((elapsed() * frameRate) / 1000); !stopped; n++) {
      const time = (n * 1000) / frameRate;
      await until(time);
      if (time % BEAT === 0) {
        say('beat', { pictureLate: elapsed() - time, soundLate: late.sound });
      }
      picture.fill(time % BEAT < BURST ? 235 : 16, 0, width * height);
      picture.fill(128, width * height);
      picture.fill(120, (n % height) * width, ((n % height) + 1) * width);
      drawTime(picture, width, height, Math.round(wall()));
      send();
    }
  };
  if (settings.beat) {
    beats();
  } else {
    timer = setInterval(() => {
      drawTime(picture, width, height, Date.now());
      send();
    }, 1000 / frameRate);
  }
  const stop = () => {
    stopped = true;
    clearInterval(timer);
  };

  // By itself, the SDK sends few of a small picture's frames.
  const videoEncoding = settings.beat ? { maxBitrate: 500_000n, maxFramerate: frameRate } : undefined;
  const options = new TrackPublishOptions({ videoEncoding });
  options.source = TrackSource.SOURCE_CAMERA;
  options.scalabilityMode = settings.scalabilityMode;
  options.videoCodec = VideoCodec[settings.codec ?? 'VP8'];
  options.simulcast = settings.simulcast ?? false;
  options.degradationPreference = MAINTAIN_FRAMERATE_AND_RESOLUTION;
  const commands = publication(() => LocalVideoTrack.createVideoTrack('camera', source), options, '');
  return { ...commands, name: 'picture', begin: commands.publish, stop };
}

// receiver reports the time in every frame, and keeps one of every settings.keep in all four types. Of the end it says
// nothing, because this SDK's stream never tells a reader that waits.
function receiver() {
  const types = ['RGBA', 'BGRA', 'RGB24', 'I420'];

  const read = async (track) => {
    let count = 0;
    for await (const { frame, timestampUs } of new VideoStream(track)) {
      const i420 = frame.type === VideoBufferType.I420 ? frame : frame.convert(VideoBufferType.I420);
      const time = readTime(i420.data, frame.width, frame.height);
      const kept = time !== undefined && count % settings.keep === 0;
      if (kept) {
        for (const type of types) {
          const converted = type === 'I420' ? i420 : frame.convert(VideoBufferType[type]);
          writeFileSync(`${settings.directory}/${time}.${type}`, converted.data);
        }
      }
      count++;
      say('frame', { time, kept, width: frame.width, height: frame.height, timestampUs: Number(timestampUs) });
    }
  };
  // Sound is written to a file, and its number of samples reported each second.
  const listen = async (track) => {
    const file = openSync(`${settings.directory}/sound.s16`, 'w');
    let [samples, said, frames] = [0, 0, 0];
    for await (const frame of new AudioStream(track, { sampleRate: 48000, numChannels: 1 })) {
      writeSync(file, new Uint8Array(frame.data.buffer, frame.data.byteOffset, frame.data.byteLength));
      samples += frame.samplesPerChannel;
      frames++;
      if (samples >= said + 48000) {
        say('sound', { samples, frames });
        said = samples;
      }
    }
    closeSync(file);
  };
  let publication;
  const published = (of) => {
    publication = of;
    say('available', { sid: of.sid });
  };
  const begin = () => {
    for (const participant of room.remoteParticipants.values()) {
      for (const of of participant.trackPublications.values()) published(of);
    }
  };
  // As with muting, the engine has requests that the Node SDK has no calls for.
  const ask = (name, fields) => {
    const value = { trackPublicationHandle: publication.ffiHandle.handle, ...fields };
    globalThis._ffiClientInstance.request({ message: { case: name, value } });
  };
  room.on(RoomEvent.TrackPublished, published);
  room.on(RoomEvent.TrackSubscribed, (track, of) => {
    say('subscribed', { sid: of.sid });
    if (track.kind === TrackKind.KIND_VIDEO) read(track);
    if (track.kind === TrackKind.KIND_AUDIO && settings.listen) listen(track);
  });
  room.on(RoomEvent.TrackUnsubscribed, (track, of) => say('unsubscribed', { sid: of.sid }));
  return {
    begin,
    subscribe: () => publication.setSubscribed(true),
    unsubscribe: () => publication.setSubscribed(false),
    low: () => ask('setRemoteTrackPublicationQuality', { quality: 0 }),
    disable: () => ask('enableRemoteTrackPublication', { enabled: false }),
    enable: () => ask('enableRemoteTrackPublication', { enabled: true }),
    stop: () => {},
  };
}

const role = { publish: publisher, receive: receiver }[settings.role]();
const encryption = settings.passphrase && {
  keyProviderOptions: { sharedKey: new TextEncoder().encode(settings.passphrase) },
};
await room.connect(settings.url, settings.token, { autoSubscribe: !settings.byHand, dynacast: false, encryption });
say('connected');
await role.begin();

for await (const command of createInterface({ input: process.stdin })) {
  await role[command]();
}
await role.stop();
await room.disconnect();
await dispose();
