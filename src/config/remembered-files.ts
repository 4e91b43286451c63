/**
 * The files of one load, as they were read: a change that is made while Lunette runs is merged with what was applied, and not with what
 * somebody has half edited since. Secrets are among them; they stay in memory, as they do in the configuration itself.
 */
import type { FileFacts, OpenFile } from "./file-facts.ts";

export class RememberedFiles implements FileFacts {
  readonly #below: FileFacts;
  readonly #known: RememberedFiles | undefined;
  readonly #forgotten: ReadonlySet<string>;
  readonly #texts = new Map<string, string>();
  readonly #opened = new Map<string, OpenFile>();
  readonly #modes = new Map<string, number | undefined>();

  /** `known`: what an earlier load has read is not read again, but for `forgotten`. */
  constructor(below: FileFacts, known?: RememberedFiles, forgotten: ReadonlySet<string> = new Set()) {
    this.#below = below;
    this.#known = known;
    this.#forgotten = forgotten;
  }

  readText(file: string): string {
    const text = this.#earlier(file).#texts.get(file) ?? this.#below.readText(file);
    this.#texts.set(file, text);
    return text;
  }

  withOpen<T>(file: string, use: (opened: OpenFile) => T): T {
    const remembered = this.#earlier(file).#opened.get(file);
    if (remembered !== undefined) {
      this.#opened.set(file, remembered);
      return use(remembered);
    }
    return this.#below.withOpen(file, (opened) =>
      use({
        ...opened,
        text: () => {
          const text = opened.text();
          this.#opened.set(file, { ...opened, text: () => text });
          return text;
        },
      }),
    );
  }

  ownUser(): number {
    return this.#below.ownUser();
  }

  mode(file: string): number | undefined {
    const earlier = this.#earlier(file).#modes;
    const mode = earlier.has(file) ? earlier.get(file) : this.#below.mode(file);
    this.#modes.set(file, mode);
    return mode;
  }

  /** Never remembered: two volumes must not come to one file by a link that has changed. */
  realPath(file: string): string {
    return this.#below.realPath(file);
  }

  hostName(): string {
    return this.#below.hostName();
  }

  #earlier(file: string): RememberedFiles {
    return this.#known === undefined || this.#forgotten.has(file) ? this : this.#known;
  }
}
