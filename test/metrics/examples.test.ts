/** The dashboard and the alert rules of config/examples: whole, and about metrics and labels that there are. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { labelsOf, METRICS, PREFIX, VOLUME_STATES } from "../../src/metrics/metric-table.ts";
import { Metrics } from "../../src/metrics/metrics.ts";
import type { MetricsSource } from "../../src/metrics/metrics-source.ts";
import { TASK_MANAGEMENT_FUNCTION } from "../../src/wire/pdu/task-management-request.ts";

const example = (name: string): string => readFileSync(new URL(`../../config/examples/${name}`, import.meta.url), "utf8");

/** What Prometheus itself adds to every series. */
const TARGET_LABELS = ["instance", "job"];
/** Metrics of the process have no labels that an example may use. */
const processMetrics = new Metrics({} as MetricsSource).processMetrics;
const labelsByName = new Map<string, readonly string[]>([
  ["up", TARGET_LABELS],
  ...processMetrics.map((name) => [name, TARGET_LABELS] as const),
  ...METRICS.flatMap((row): (readonly [string, readonly string[]])[] => {
    const name = PREFIX + row.name;
    const labels = [...TARGET_LABELS, ...labelsOf(row)];
    if (row.type !== "histogram") return [[name, labels] as const];
    return [
      [`${name}_bucket`, [...labels, "le"]] as const,
      [`${name}_sum`, labels] as const,
      [`${name}_count`, labels] as const,
    ];
  }),
]);

const METRIC = /\b(up|lunette_[a-z0-9_]+)\b(?:\{([^}]*)\})?/g;
const MATCHER = /([a-z_]+)\s*(?:=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"/g;
const GROUPING = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g;

/** What is wrong with an expression of PromQL, as far as names go. */
function faultsOf(expression: string): string[] {
  const faults: string[] = [];
  const allowed = new Set<string>();
  const uses = [...expression.matchAll(METRIC)];
  if (uses.length === 0) faults.push("names no metric");
  for (const [, name = "", matchers = ""] of uses) {
    const labels = labelsByName.get(name);
    if (labels === undefined) {
      faults.push(`no metric ${name}`);
      continue;
    }
    for (const label of labels) allowed.add(label);
    for (const [, label = ""] of matchers.matchAll(MATCHER))
      if (!labels.includes(label)) faults.push(`${name} has no label ${label}`);
    if (matchers.replaceAll(MATCHER, "").replaceAll(/[\s,]/g, "") !== "") faults.push(`no matchers: ${matchers}`);
  }
  for (const [, names = ""] of expression.matchAll(GROUPING)) {
    for (const label of names.split(",").map((each) => each.trim())) if (!allowed.has(label)) faults.push(`groups by ${label}`);
  }
  const depth = [...expression.replaceAll(/"(?:[^"\\]|\\.)*"/g, "")].reduce((level, each) => {
    return level < 0 ? level : level + Number("([{".includes(each)) - Number(")]}".includes(each));
  }, 0);
  if (depth !== 0) faults.push("brackets do not match");
  return faults;
}

/** Values that an expression compares a label with, those with variables and patterns beyond `a|b` left out. */
const valuesOf = (expression: string, label: string): string[] =>
  [...expression.matchAll(MATCHER)]
    .filter(([, name, value]) => name === label && /^[\w|-]+$/.test(value!))
    .flatMap(([, , value]) => value!.split("|"));

describe("the crude reader of expressions", () => {
  it.each([
    ["rate(lunette_nothing_total[5m])", "no metric lunette_nothing_total"],
    ['lunette_sessions{volume="a"}', "lunette_sessions has no label volume"],
    ["sum by (volume) (lunette_sessions)", "groups by volume"],
    ["sum(lunette_sessions", "brackets do not match"],
    ["1 > 0", "names no metric"],
  ])("finds the fault in %s", (expression, fault) => expect(faultsOf(expression)).toEqual([fault]));
});

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly {
    readonly expr: string;
    readonly legendFormat: string;
    readonly datasource: { readonly uid: string };
  }[];
}

describe("the Grafana dashboard", () => {
  const dashboard = JSON.parse(example("grafana-lunette.json"));
  const panels: readonly Panel[] = dashboard.panels;
  const queries = panels.flatMap(({ title, targets = [] }) => targets.map((target) => ({ title, ...target })));

  it.each(queries)("$title: $expr", ({ expr, legendFormat }) => {
    expect(faultsOf(expr)).toEqual([]);
    const labels = new Set([...expr.matchAll(METRIC)].flatMap(([, name]) => labelsByName.get(name!) ?? []));
    for (const [, label] of legendFormat.matchAll(/\{\{\s*(\w+)\s*\}\}/g)) expect([...labels]).toContain(label);
    expect(VOLUME_STATES).toEqual(expect.arrayContaining(valuesOf(expr, "state")));
  });

  it("asks the data source that the reader has chosen, and only variables that there are", () => {
    const variables: readonly { name: string; type: string; query: string | { query: string } }[] = dashboard.templating.list;
    const names = variables.map(({ name }) => name);
    expect(variables[0]).toMatchObject({ name: "datasource", type: "datasource", query: "prometheus" });
    for (const { datasource } of queries) expect(datasource.uid).toMatch(/^\$\{datasource\}$/);
    for (const [, name] of JSON.stringify(dashboard).matchAll(/\$\{?([a-z]\w*)/g)) expect(names).toContain(name);
    for (const { query } of variables.slice(1)) {
      const [, metric = "", label = ""] = /^label_values\((.*), (\w+)\)$/.exec((query as { query: string }).query) ?? [];
      expect(faultsOf(metric)).toEqual([]);
      expect(labelsByName.get(metric.replace(/\{.*/, ""))).toContain(label);
    }
  });

  it("has panels that are numbered once and do not overlap", () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const taken = new Set<string>();
    for (const { gridPos, title } of panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
        for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
          expect(taken.has(`${x} ${y}`), title).toBe(false);
          taken.add(`${x} ${y}`);
        }
      }
    }
  });
});

interface Rule {
  readonly alert: string;
  readonly [key: string]: string;
}

/**
 * The part of YAML that the file keeps to, so that it can be read without a parser of all of it: two spaces a level, `key:` or `key: "text"`, and lists of such.
 * Rules with the keys of what is in them flat, as `annotations.summary`.
 */
function readRules(text: string): Rule[] {
  const rules: Record<string, string>[] = [];
  let section = "";
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [, indent, dash = "", key = "", , single, double] =
      /^((?: {2})*)(- )?([a-z]+):( '((?:[^']|'')*)'| "([^"\\]*)")?$/.exec(line) ?? [];
    if (indent === undefined) throw new Error(`not in the form of this file: ${line}`);
    const level = (indent.length + dash.length) / 2;
    const value = single?.replaceAll("''", "'") ?? double ?? "";
    if (dash !== "" && level === 4) rules.push({});
    const rule = rules.at(-1);
    if (level === 4 && rule !== undefined) {
      section = value === "" ? key : "";
      if (value !== "") rule[key] = value;
    } else if (level === 5 && rule !== undefined) {
      rule[`${section}.${key}`] = value;
    } else if (level > 2) {
      throw new Error(`too deep: ${line}`);
    }
  }
  return rules as Rule[];
}

describe("the alert rules", () => {
  const text = example("prometheus-alerts.yml");
  const rules = readRules(text);

  it("are one group of rules with names of their own", () => {
    expect(text.replaceAll(/^#.*\n/gm, "")).toMatch(/^groups:\n {2}- name: "lunette"\n {4}rules:\n {6}- alert: /);
    expect(rules.length).toBeGreaterThan(10);
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });

  it.each(rules)("$alert: $expr", (rule) => {
    const known = ["alert", "expr", "for", "labels.severity", "annotations.summary", "annotations.description"];
    expect(known).toEqual(expect.arrayContaining(Object.keys(rule)));
    expect(faultsOf(rule["expr"]!)).toEqual([]);
    expect(rule["for"] ?? "1m").toMatch(/^\d+[smh]$/);
    expect(["warning", "critical"]).toContain(rule["labels.severity"]);
    expect(VOLUME_STATES).toEqual(expect.arrayContaining(valuesOf(rule["expr"]!, "state")));
    const labels = new Set([...rule["expr"]!.matchAll(METRIC)].flatMap(([, name]) => labelsByName.get(name!) ?? []));
    const kept = /^sum by \(([^)]*)\)|^histogram_quantile\([\d.]+, sum by \(([^)]*)\)/.exec(rule["expr"]!);
    const left = kept === null ? [...labels] : (kept[1] ?? kept[2])!.split(", ");
    const told = `${rule["annotations.summary"]} ${rule["annotations.description"]}`;
    for (const [, label] of told.matchAll(/\$labels\.(\w+)/g)) expect(left).toContain(label);
    for (const [, name] of told.matchAll(/\b(lunette_[a-z_]+)/g)) expect(labelsByName.has(name!)).toBe(true);
  });

  it("match task management functions by names that there are", () => {
    const [pattern] = /function=~"([^"]+)"/.exec(text)?.slice(1) ?? [];
    const matched = Object.keys(TASK_MANAGEMENT_FUNCTION).filter((name) => new RegExp(`^(?:${pattern})$`).test(name));
    expect(matched).toEqual(expect.arrayContaining(["abortTask", "logicalUnitReset", "targetColdReset"]));
    expect(matched).not.toContain("queryTask");
  });
});
