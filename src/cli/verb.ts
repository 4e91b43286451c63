/** What every verb of the command line has. */
import type { ArgumentsCamelCase, Argv } from "yargs";

/** Where a verb writes, one line or block a call; tests listen here. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** There when a person looks at standard output. */
  readonly screen?: Screen | undefined;
  /** One line of standard input, asked for without echo when a person types it. */
  readonly secret?: ((prompt: string) => Promise<string>) | undefined;
}

export interface Screen {
  readonly columns: number;
  readonly rows: number;
  readonly colours: boolean;
  /** As it is, control sequences and all. */
  write(text: string): void;
}

export interface Verb {
  /** One word: the last one of the words that are typed. */
  readonly name: string;
  /** The name with its positional arguments, as yargs reads it. */
  readonly command: string;
  readonly describe: string;
  /** Says positionals, options and examples: help, suggestions, completion and the man page derive from it (verb-facts.ts). */
  readonly builder: (parser: Argv) => Argv;
  /** The verbs within this one, which then does nothing itself: `lunette volume create`. */
  readonly verbs?: readonly Verb[];
  /** Works, and is not told of. */
  readonly hidden?: true;
  /** Gives the exit code. */
  readonly run: (argv: ArgumentsCamelCase, terminal: Terminal) => Promise<number>;
}

/** A word with verbs of its own. */
export function verbGroup(name: string, describe: string, verbs: readonly Verb[], epilogue = ""): Verb {
  return {
    name,
    command: name,
    describe,
    verbs,
    builder: (parser) => (epilogue === "" ? parser : parser.epilogue(epilogue)),
    run: async () => 2,
  };
}
