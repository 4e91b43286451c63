/** What every verb of the command line has. */
import type { ArgumentsCamelCase, Argv } from "yargs";

/** Where a verb writes, one line or block a call; tests listen here. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** There when a person looks at standard output. */
  readonly screen?: Screen | undefined;
}

export interface Screen {
  readonly columns: number;
  readonly rows: number;
  readonly colours: boolean;
  /** As it is, control sequences and all. */
  write(text: string): void;
}

export interface Verb {
  readonly name: string;
  /** The name with its positional arguments, as yargs reads it. */
  readonly command: string;
  readonly describe: string;
  /** Names of the options, for suggestions. */
  readonly options: readonly string[];
  readonly builder: (parser: Argv) => Argv;
  /** Gives the exit code. */
  readonly run: (argv: ArgumentsCamelCase, terminal: Terminal) => Promise<number>;
}
