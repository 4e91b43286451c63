/** Secrets from standard input, a line each: typed on a terminal without echo, or from a pipe. */
import type { ReadStream } from "node:tty";

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
/** What erases the last character: DEL, or BS on some terminals. */
const ERASE = ["\u007f", "\b"];
/** A secret has at most 255 bytes; a line that is longer than this is none. */
const LINE_BYTES_MAX = 4096;

/** Gives one line a call, without its end; "" when the input has ended. */
export function secretReader(
  input: NodeJS.ReadableStream & Partial<Pick<ReadStream, "isTTY" | "setRawMode">>,
  prompts: (text: string) => void,
): (prompt: string) => Promise<string> {
  let rest = "";
  let ended = false;
  return async (prompt) => {
    const typed = input.isTTY === true;
    if (typed) prompts(prompt);
    input.setEncoding("utf8");
    if (typed) input.setRawMode?.(true);
    try {
      return await new Promise<string>((resolve, reject) => {
        let line = "";
        let finished = false;
        const finish = (settle: () => void): void => {
          finished = true;
          input.off("data", take).off("end", end).off("error", fail);
          input.pause();
          settle();
        };
        const end = (): void => {
          ended = true;
          finish(() => resolve(line));
        };
        const fail = (error: Error): void => finish(() => reject(error));
        const take = (chunk: string): void => {
          const characters = [...chunk];
          for (const [at, character] of characters.entries()) {
            if (character === "\n" || (typed && (character === "\r" || character === CTRL_D))) {
              rest = characters.slice(at + 1).join("");
              finish(() => resolve(line.replace(/\r$/, "")));
              return;
            }
            if (typed && character === CTRL_C) {
              finish(() => process.kill(process.pid, "SIGINT"));
              return;
            }
            line = typed && ERASE.includes(character) ? line.slice(0, -1) : line + character;
          }
          if (line.length > LINE_BYTES_MAX) finish(() => reject(new Error("that line is too long for a secret")));
        };
        const before = rest;
        rest = "";
        input.on("data", take).on("end", end).on("error", fail);
        take(before);
        if (!finished && ended) end();
        else if (!finished) input.resume();
      });
    } finally {
      if (typed) {
        input.setRawMode?.(false);
        prompts("\n");
      }
    }
  };
}
