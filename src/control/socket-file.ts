/** The file of a unix socket: one that a dead daemon left is removed, one that somebody listens on is not, and anything else is not touched. */
import { lstat, mkdir, unlink } from "node:fs/promises";
import { connect } from "node:net";
import { dirname } from "node:path";

const FOLDER_MODE = 0o750;

/** Makes `path` free to listen on. @throws Error whose message says what to do */
export async function freeSocketPath(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
  } catch (error) {
    throw new Error(
      `the folder of the control socket ${path} can't be made: ${(error as Error).message}; make it, or change node.control_socket`,
      { cause: error },
    );
  }
  const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new Error(`the control socket ${path} can't be looked at: ${error.message}`, { cause: error });
  });
  if (found === undefined) return;
  if (!found.isSocket())
    throw new Error(`${path} is no socket and is left alone: remove it, or change node.control_socket to a free path`);
  if (await isListenedOn(path))
    throw new Error(
      `another Lunette listens on the control socket ${path}: stop it, or give this one another node.control_socket`,
    );
  await unlink(path);
}

/** Somebody listens, unless the kernel says that nobody does. */
function isListenedOn(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED" || error.code === "ENOENT") resolve(false);
      // Its backlog is full: it lives, and is busy.
      else if (error.code === "EAGAIN") resolve(true);
      else reject(new Error(`the control socket ${path} can't be tried: ${error.message}`, { cause: error }));
    });
  });
}
