export interface Fixture {
  readonly name: string;
  readonly what: string;
  readonly bytes: number;
  readonly volume: Readonly<Record<string, string | number | boolean>>;
  readonly limits?: Readonly<Record<string, number>>;
  readonly lun?: Readonly<Record<string, string | number | boolean>>;
  readonly tgt?: {
    readonly options?: Readonly<Record<string, string | number>>;
    readonly params: Readonly<Record<string, string | number>>;
  };
  readonly groups?: number;
  readonly chap?: { readonly user: string; readonly secret: string };
  readonly options?: readonly string[];
  readonly tests?: readonly string[];
}

export interface Excuse {
  readonly test: string;
  readonly fixtures?: readonly string[];
  readonly failures?: readonly RegExp[];
  readonly skips?: readonly RegExp[];
  readonly reason: string;
}

export const FIXTURES: readonly Fixture[];
export const EXCUSES: readonly Excuse[];
