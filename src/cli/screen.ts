/** The terminal behind standard output, when there is one. https://no-color.org: NO_COLOR, set to anything, means none. */
import type { WriteStream } from "node:tty";
import type { Screen } from "./verb.ts";

export function screenOf(stream: WriteStream, environment: Readonly<Record<string, string | undefined>>): Screen | undefined {
  if (stream.isTTY !== true) return undefined;
  const plain = (environment["NO_COLOR"] ?? "") !== "" || environment["TERM"] === "dumb";
  return {
    get columns() {
      return stream.columns;
    },
    get rows() {
      return stream.rows;
    },
    colours: !plain,
    write: (text) => void stream.write(text),
  };
}

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const;
export type Colour = keyof typeof CODES;

export function paint(text: string, colour: Colour | undefined, screen: Screen | undefined): string {
  return colour === undefined || screen?.colours !== true ? text : `\u001b[${CODES[colour]}m${text}\u001b[0m`;
}
