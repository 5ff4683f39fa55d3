// What to do about an error, in words.
const devices = {
  NotAllowedError: (what) => `The browser does not let this page use the ${what}. Allow it beside the address, then try again.`,
  NotFoundError: (what) => `This machine has no ${what}. Connect one, or go on without it.`,
  NotReadableError: (what) => `Another program uses the ${what}. Close that one, then try again.`,
  OverconstrainedError: (what) => `The ${what} has no picture of a size that this page can use.`,
};

// DeviceError is what the browser says when it gives no camera, screen or microphone.
export class DeviceError extends Error {
  constructor(what, cause) {
    super(devices[cause.name]?.(what) ?? `The ${what} does not start: ${cause.message}`, { cause });
  }
}

export function explain(error) {
  return error.message || String(error);
}
