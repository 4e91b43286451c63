/** All objects of all files, read one by one; the rules that look across objects work on this. */
import type { Report } from "./config-error.ts";
import type { Fields, Kind } from "./field.ts";
import type { Place } from "./model.ts";
import { describe, type Entry, readObject } from "./read-object.ts";
import {
  ACCESS,
  API,
  AUTH_GROUP,
  CHAP,
  IGROUP,
  LIMITS_KIND,
  LUN,
  MANAGED,
  MANAGED_OBJECT,
  METRICS,
  NODE,
  PORTAL_GROUP,
  PORTAL_GROUP_REDIRECT,
  TARGET,
  TARGET_REDIRECT,
  TOP_LEVEL,
  VOLUME,
} from "./schema.ts";
import { didYouMean } from "./spelling.ts";
import type { TomlPath, TomlSource } from "./toml-source.ts";

export type RedirectEntry = Entry<(typeof PORTAL_GROUP_REDIRECT)["fields"]>;
export type PortalGroupEntry = Entry<(typeof PORTAL_GROUP)["fields"]> & { readonly redirect: RedirectEntry | undefined };
export type ChapEntry = Entry<(typeof CHAP)["fields"]>;
export type AuthGroupEntry = Entry<(typeof AUTH_GROUP)["fields"]> & { readonly chap: readonly ChapEntry[] };
export type IgroupEntry = Entry<(typeof IGROUP)["fields"]>;
export type VolumeEntry = Entry<(typeof VOLUME)["fields"]>;
export type AccessEntry = Entry<(typeof ACCESS)["fields"]>;
export type LunEntry = Entry<(typeof LUN)["fields"]>;
export type TargetEntry = Entry<(typeof TARGET)["fields"]> & {
  readonly access: readonly AccessEntry[];
  readonly luns: readonly LunEntry[];
  readonly redirect: RedirectEntry | undefined;
};

export interface ManagedHead {
  readonly head: Entry<(typeof MANAGED)["fields"]>;
  readonly objects: readonly Entry<(typeof MANAGED_OBJECT)["fields"]>[];
}

export interface Draft {
  readonly node: Entry<(typeof NODE)["fields"]>;
  readonly metrics: Entry<(typeof METRICS)["fields"]>;
  readonly api: Entry<(typeof API)["fields"]>;
  readonly limits: Entry<(typeof LIMITS_KIND)["fields"]>;
  readonly portalGroups: readonly PortalGroupEntry[];
  readonly authGroups: readonly AuthGroupEntry[];
  readonly igroups: readonly IgroupEntry[];
  readonly volumes: readonly VolumeEntry[];
  readonly targets: readonly TargetEntry[];
  /** What the managed file says of its own objects; undefined without such a head. */
  readonly managed: ManagedHead | undefined;
  /** The hand-written file: where messages about something absent point. */
  readonly start: Place;
}

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** `sources` begins with the hand-written file; a second one is the managed file. */
export function readDraft(sources: readonly TomlSource[], mainFile: string, report: Report): Draft {
  const start: Place = { file: mainFile, line: 1, column: 1 };
  for (const source of sources) refuseUnknownTables(source, source !== sources[0], report);
  const one = <F extends Fields>(kind: Kind & { readonly fields: F }): Entry<F> => readSingle(kind, sources, start, report);
  const many = <F extends Fields>(kind: Kind & { readonly fields: F }): Entry<F>[] =>
    sources.flatMap((source) => readArray(kind, source, [kind.header], source.values[kind.header], start, report));
  const below = <F extends Fields>(kind: Kind & { readonly fields: F }, parent: Entry, key: string): Entry<F>[] => {
    const { source } = parent;
    return source === undefined
      ? []
      : readArray(kind, source, [...parent.path, key], valueAt(source, [...parent.path, key]), start, report);
  };
  return {
    node: one(NODE),
    metrics: one(METRICS),
    api: one(API),
    limits: one(LIMITS_KIND),
    portalGroups: many(PORTAL_GROUP).map((entry) => ({
      ...entry,
      redirect: within(PORTAL_GROUP_REDIRECT, entry, "redirect", report),
    })),
    authGroups: many(AUTH_GROUP).map((entry) => ({ ...entry, chap: below(CHAP, entry, "chap") })),
    igroups: many(IGROUP),
    volumes: many(VOLUME),
    targets: many(TARGET).map((entry) => ({
      ...entry,
      access: below(ACCESS, entry, "access"),
      luns: below(LUN, entry, "lun"),
      redirect: within(TARGET_REDIRECT, entry, "redirect", report),
    })),
    managed: readManagedHead(sources[1], start, report),
    start,
  };
}

function readManagedHead(source: TomlSource | undefined, start: Place, report: Report): ManagedHead | undefined {
  const raw = source?.values[MANAGED.header];
  if (source === undefined || raw === undefined) return undefined;
  const path = [MANAGED.header];
  if (!isTable(raw)) {
    report.error(source.keyPlace(path), `${MANAGED.header} is ${describe(raw)}: restore the file, which Lunette has written`);
    return undefined;
  }
  return {
    head: readObject(MANAGED, source, path, raw, start, report),
    objects: readArray(MANAGED_OBJECT, source, [...path, "object"], raw["object"], start, report),
  };
}

function refuseUnknownTables(source: TomlSource, managed: boolean, report: Report): void {
  const known = TOP_LEVEL.map((kind) => kind.header);
  for (const key of Object.keys(source.values)) {
    if (known.includes(key) || (managed && key === MANAGED.header)) continue;
    if (key === MANAGED.header) {
      report.error(
        source.keyPlace([key]),
        "[managed] belongs to managed.toml in state_dir, which Lunette writes: remove it here",
      );
      continue;
    }
    const home = isTable(source.values[key]) || Array.isArray(source.values[key]) ? undefined : keyHome(key);
    const hint = home === undefined ? didYouMean(key, known) : `: it belongs under ${home}`;
    const tables = hint === "" ? `; known tables are ${known.join(", ")}` : "";
    report.error(source.keyPlace([key]), `unknown ${home === undefined ? "table" : "key"} ${describe(key)}${hint}${tables}`);
  }
}

/** A key written above every header is usually one of [node] whose header was forgotten. */
function keyHome(key: string): string | undefined {
  return [NODE, METRICS, API, LIMITS_KIND]
    .map((kind: Kind) => (Object.hasOwn(kind.fields, key) ? `[${kind.header}]` : undefined))
    .find((home) => home !== undefined);
}

function readSingle<F extends Fields>(
  kind: Kind & { readonly fields: F },
  sources: readonly TomlSource[],
  start: Place,
  report: Report,
): Entry<F> {
  const homes = sources.filter((source) => source.values[kind.header] !== undefined);
  const [home, second] = homes;
  if (home !== undefined && second !== undefined) {
    const { file, line, column } = home.valuePlace([kind.header]);
    report.error(
      second.keyPlace([kind.header]),
      `[${kind.header}] is defined here and in ${file}:${line}:${column}: keep one of them`,
    );
  }
  const raw = home?.values[kind.header] ?? {};
  if (!isTable(raw)) {
    report.error(
      home?.keyPlace([kind.header]) ?? start,
      `${kind.header} is ${describe(raw)}: write it as one table, [${kind.header}]`,
    );
    return readObject(kind, undefined, [kind.header], {}, start, report);
  }
  return readObject(kind, home, [kind.header], raw, start, report);
}

function readArray<F extends Fields>(
  kind: Kind & { readonly fields: F },
  source: TomlSource,
  path: TomlPath,
  raw: unknown,
  start: Place,
  report: Report,
): Entry<F>[] {
  if (raw === undefined) return [];
  if (!Array.isArray(raw) || raw.some((element) => !isTable(element))) {
    report.error(
      source.keyPlace(path),
      `${kind.header} is ${shown(kind, raw)}: write one [[${kind.header}]], with two brackets, for each`,
    );
    return [];
  }
  return raw.map((element: Record<string, unknown>, index) =>
    readObject(kind, source, [...path, index], element, start, report),
  );
}

/** What stands in the place of a table with secrets may be the secret. */
function shown(kind: Kind, value: unknown): string {
  const sensitive = Object.values(kind.fields).some((field) => field.sensitive === true);
  return sensitive && !Array.isArray(value) ? "(not shown)" : describe(value);
}

/** The one table of this kind that an object may hold. */
function within<F extends Fields>(
  kind: Kind & { readonly fields: F },
  parent: Entry,
  key: string,
  report: Report,
): Entry<F> | undefined {
  const { source } = parent;
  const path = [...parent.path, key];
  const raw = source === undefined ? undefined : valueAt(source, path);
  if (source === undefined || raw === undefined) return undefined;
  if (isTable(raw)) return readObject(kind, source, path, raw, parent.place, report);
  const example = Object.values(kind.fields).find((field) => field.example !== undefined)?.example;
  report.error(source.keyPlace(path), `${key} is ${describe(raw)}: write it as a table, ${key} = { ${example} }`);
  return undefined;
}

function valueAt(source: TomlSource, path: TomlPath): unknown {
  let value: unknown = source.values;
  for (const part of path) value = (value as Record<string | number, unknown> | undefined)?.[part];
  return value;
}
