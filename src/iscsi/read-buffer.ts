/**
 * Sockets that read into one buffer of the reactor.
 *
 * Left to itself `node:net` allocates 64 KiB for every read, and V8 answers that with a full collection about every 20 ms:
 * 128 KiB sequential writes at depth 8 took 228 to 324 µs of CPU each with pauses of 5 to 11 ms, and 61 to 88 µs with a fixed buffer.
 * The framer copies whatever it keeps before it returns, so one buffer serves all connections of a reactor.
 *
 * The ugly part: `onread` is documented for sockets that connect; for an accepted one the handle has to be moved into a new Socket, and
 * `handle` is not a documented option. Where it is not there, the accepted socket is used as it is: slower, and equal in every other way.
 */
import { Socket } from "node:net";

/** Bytes taken from a socket with one read: a whole data segment of 256 KiB seldom needs a second one. */
const READ_BYTES = 256 * 1024;

/** Gets each chunk. Its bytes are valid until it returns: the next read overwrites them. */
export type ChunkReceiver = (chunk: Buffer) => void;

interface WithHandle {
  _handle: object | null;
}

export class ReadBuffer {
  readonly #buffer = Buffer.allocUnsafeSlow(READ_BYTES);

  /**
   * The socket to use instead of `accepted`, which was accepted paused (`pauseOnConnect`) and must not be used any more. Reading begins
   * at once; nothing arrives before the current turn of the event loop ends.
   */
  adopt(accepted: Socket, receive: ChunkReceiver): Socket {
    const owner = accepted as unknown as WithHandle;
    const handle = owner._handle;
    if (handle === null || handle === undefined) return this.#plain(accepted, receive);
    const options = {
      handle,
      onread: {
        buffer: this.#buffer,
        callback: (bytes: number, buffer: Uint8Array): boolean => {
          receive(bytes === buffer.length ? this.#buffer : this.#buffer.subarray(0, bytes));
          return true;
        },
      },
    };
    owner._handle = null;
    return new Socket(options as ConstructorParameters<typeof Socket>[0]);
  }

  #plain(accepted: Socket, receive: ChunkReceiver): Socket {
    accepted.on("data", receive);
    accepted.resume();
    return accepted;
  }
}
