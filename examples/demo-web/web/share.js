// Publishes a camera or a screen, and a microphone, as the participant that the page's program receives.
import {
  DisconnectReason,
  Room,
  RoomEvent,
  Track,
  TrackEvent,
  createLocalAudioTrack,
  createLocalScreenTracks,
  createLocalVideoTrack,
} from './livekit-client.js';
import { DeviceError } from './errors.js';

const resolution = { width: 1280, height: 720, frameRate: 30 };

export class Sharing {
  // what is shared: "camera", "screen", or null.
  what = null;
  // codec is the one that the picture is published in: another one than was asked for if the browser has not got that.
  codec = '';
  // onend is called when the sharing has ended by itself, with the reason unless somebody wanted it.
  onend = () => {};
  #video;
  #room = null;
  #picture = null;
  #sound = null;

  // The picture is shown in a video element.
  constructor(video) {
    this.#video = video;
  }

  // start shares something, in place of what was shared before.
  async start({ what, codec }) {
    const picture = await capture(what);
    try {
      await this.#join();
      await this.#unpublishPicture();
      const { options } = await this.#room.localParticipant.publishTrack(picture, {
        source: what === 'camera' ? Track.Source.Camera : Track.Source.ScreenShare,
        videoCodec: codec,
        backupCodec: false,
        simulcast: true,
      });
      this.codec = options.videoCodec ?? codec;
    } catch (error) {
      picture.stop();
      throw error;
    }
    this.#picture = picture;
    picture.attach(this.#video);
    picture.on(TrackEvent.Ended, () => picture === this.#picture && this.onend());
    this.what = what;
  }

  // setMicrophone begins or ends to share the sound.
  async setMicrophone(on) {
    if (on && !this.#sound) {
      const sound = await orDeviceError('microphone', createLocalAudioTrack());
      await this.#room.localParticipant.publishTrack(sound, { source: Track.Source.Microphone });
      this.#sound = sound;
    } else if (!on && this.#sound) {
      const sound = this.#sound;
      this.#sound = null;
      await this.#room.localParticipant.unpublishTrack(sound, true);
    }
  }

  // stop ends all of it, and leaves the room.
  async stop() {
    const [room, picture, sound] = [this.#room, this.#picture, this.#sound];
    this.what = this.#room = this.#picture = this.#sound = null;
    picture?.detach(this.#video);
    picture?.stop();
    sound?.stop();
    await room?.disconnect();
  }

  async #join() {
    if (this.#room) return;
    const answer = await fetch('settings');
    if (!answer.ok) throw new Error(await answer.text());
    const { url, token } = await answer.json();
    const room = new Room();
    try {
      await room.connect(url, token, { autoSubscribe: false });
    } catch (error) {
      throw new Error(`No connection to the LiveKit server at ${url}: ${error.message}. Its log is in build/demo-web.`, { cause: error });
    }
    this.#room = room;
    room.on(RoomEvent.Disconnected, (reason) => {
      if (room !== this.#room) return;
      this.onend(
        reason === DisconnectReason.DUPLICATE_IDENTITY
          ? 'This page shares something in another tab now.'
          : 'The connection to the LiveKit server is lost. Look into the terminal where it was started.',
      );
    });
  }

  async #unpublishPicture() {
    const picture = this.#picture;
    if (!picture) return;
    this.#picture = null;
    picture.detach(this.#video);
    await this.#room.localParticipant.unpublishTrack(picture, true);
  }
}

async function capture(what) {
  if (what === 'camera') return orDeviceError('camera', createLocalVideoTrack({ resolution }));
  const [picture] = await orDeviceError('screen', createLocalScreenTracks({ audio: false, resolution }));
  return picture;
}

async function orDeviceError(what, promise) {
  try {
    return await promise;
  } catch (error) {
    throw new DeviceError(what, error);
  }
}
