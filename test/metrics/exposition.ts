/** A strict reader of the Prometheus text format 0.0.4: what a scrape must not say throws. */

export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly series: Series[];
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/y;
const NUMBER = /^(?:[+-]Inf|NaN|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;

function labelsOf(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.length) {
    const at = LABEL.lastIndex;
    const [, name, value] = LABEL.exec(text) ?? [];
    if (name === undefined || value === undefined) throw new Error(`no label at ${at} of ${text}`);
    if (name in labels) throw new Error(`label ${name} twice in ${text}`);
    labels[name] = value.replace(/\\(.)/g, (_all, each: string) => (each === "n" ? "\n" : each));
  }
  return labels;
}

/** Families by name, in the order of the scrape. */
export function parseExposition(text: string): Map<string, Family> {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const families = new Map<string, Family>();
  const seen = new Set<string>();
  let family: Family | undefined;
  let help: readonly [string, string] | undefined;
  for (const line of text.slice(0, -1).split("\n")) {
    if (line === "") continue;
    const [, word, about = "", rest = ""] = /^# (HELP|TYPE) (\S+)(?: (.*))?$/.exec(line) ?? [];
    if (word === "HELP") {
      help = [about, rest];
    } else if (word === "TYPE") {
      if (help?.[0] !== about) throw new Error(`${about} has no help`);
      if (families.has(about)) throw new Error(`the family ${about} comes twice`);
      if (!["counter", "gauge", "histogram"].includes(rest)) throw new Error(`${about} is a ${rest}`);
      family = { name: about, type: rest, help: help[1], series: [] };
      families.set(about, family);
    } else {
      const [, name = "", labelText = "", value = ""] = SAMPLE.exec(line) ?? [];
      if (!NUMBER.test(value)) throw new Error(`no sample: ${line}`);
      const stem = family?.type === "histogram" ? name.replace(/_(bucket|sum|count)$/, "") : name;
      if (family === undefined || stem !== family.name) throw new Error(`${name} stands in the family ${family?.name}`);
      const labels = labelsOf(labelText);
      const key = `${name} ${JSON.stringify(Object.entries(labels).sort())}`;
      if (seen.has(key)) throw new Error(`twice: ${key}`);
      seen.add(key);
      family.series.push({ name, labels, value: Number(value.replace("Inf", "Infinity")) });
    }
  }
  for (const each of families.values()) if (each.type === "histogram") checkHistogram(each);
  return families;
}

/** Buckets grow with `le`, the last is +Inf and equals the count, and there is a sum. */
function checkHistogram({ name, series }: Family): void {
  const groups = new Map<string, { buckets: [number, number][]; sum?: number; count?: number }>();
  for (const { name: full, labels, value } of series) {
    const { le, ...others } = labels;
    const key = JSON.stringify(others);
    const group = groups.get(key) ?? { buckets: [] };
    groups.set(key, group);
    if (full === `${name}_bucket`) group.buckets.push([Number(le?.replace("Inf", "Infinity")), value]);
    else if (full === `${name}_sum`) group.sum = value;
    else group.count = value;
  }
  for (const [key, { buckets, sum, count }] of groups) {
    const grows = buckets.every(([le, value], at) => at === 0 || (le > buckets[at - 1]![0] && value >= buckets[at - 1]![1]));
    const [last, total] = buckets.at(-1) ?? [];
    if (!grows || last !== Number.POSITIVE_INFINITY || total !== count || sum === undefined)
      throw new Error(`the histogram ${name} ${key} is none`);
  }
}

/** The value of the one series with at least these labels. */
export function sampleOf(families: ReadonlyMap<string, Family>, name: string, labels: Record<string, string> = {}): number {
  const stem = families.has(name) ? name : name.replace(/_(bucket|sum|count)$/, "");
  const found = families
    .get(stem)
    ?.series.filter(
      (series) => series.name === name && Object.entries(labels).every(([key, value]) => series.labels[key] === value),
    );
  if (found?.length !== 1) throw new Error(`${found?.length} series ${name} ${JSON.stringify(labels)}`);
  return found[0]!.value;
}
