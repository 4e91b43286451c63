/**
 * The files of one load, as they were read: a change that is made while Lunette runs is merged with what was applied, and not with what
 * somebody has half edited since. Secrets are among them; they stay in memory, as they do in the configuration itself.
 */
import type { FileFacts, OpenFile } from "./file-facts.ts";

/** What one load has read, by path. */
interface Remembered {
  readonly texts: Map<string, string>;
  readonly opened: Map<string, OpenFile>;
  readonly modes: Map<string, number | undefined>;
}

export class RememberedFiles implements FileFacts {
  readonly #below: FileFacts;
  /** Not the earlier one itself: each would keep the one before it, and there is one for each change. */
  readonly #earlier: Remembered | undefined;
  readonly #forgotten: ReadonlySet<string>;
  readonly #own: Remembered = { texts: new Map(), opened: new Map(), modes: new Map() };

  /** `known`: what an earlier load has read is not read again, but for `forgotten`. */
  constructor(below: FileFacts, known?: RememberedFiles, forgotten: ReadonlySet<string> = new Set()) {
    this.#below = below;
    this.#earlier = known === undefined ? undefined : known.#own;
    this.#forgotten = forgotten;
  }

  readText(file: string): string {
    const text = this.#known(file).texts.get(file) ?? this.#below.readText(file);
    this.#own.texts.set(file, text);
    return text;
  }

  withOpen<T>(file: string, use: (opened: OpenFile) => T): T {
    const remembered = this.#known(file).opened.get(file);
    if (remembered !== undefined) {
      this.#own.opened.set(file, remembered);
      return use(remembered);
    }
    return this.#below.withOpen(file, (opened) =>
      use({
        ...opened,
        text: () => {
          const text = opened.text();
          this.#own.opened.set(file, { ...opened, text: () => text });
          return text;
        },
      }),
    );
  }

  ownUser(): number {
    return this.#below.ownUser();
  }

  mode(file: string): number | undefined {
    const { modes } = this.#known(file);
    const mode = modes.has(file) ? modes.get(file) : this.#below.mode(file);
    this.#own.modes.set(file, mode);
    return mode;
  }

  /** Never remembered: two volumes must not come to one file by a link that has changed. */
  realPath(file: string): string {
    return this.#below.realPath(file);
  }

  hostName(): string {
    return this.#below.hostName();
  }

  #known(file: string): Remembered {
    return this.#earlier === undefined || this.#forgotten.has(file) ? this.#own : this.#earlier;
  }
}
