/** The plan on random pairs of configurations, against tables as a person would write them: nothing is forgotten, nothing is made up. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Configuration } from "../../src/config/model.ts";
import { configurationToRun, type PlanStep, planChanges } from "../../src/config/plan.ts";
import { configurations, toTables } from "../access/support/random-configuration.ts";

type Fields = Record<string, unknown>;
/** Objects by kind and name; the access entries of a target are listed in it, because their order counts. */
type Document = Map<string, Fields>;

const UNORDERED = ["initiators", "networks", "igroups", "portal_groups"];

function documentOf(configuration: Configuration): Document {
  const objects: Document = new Map();
  let owner = "";
  for (const { header, values } of toTables(configuration)) {
    const { tag, name, portals: _portals, user, igroup, lun, ...rest } = values as Record<string, string | undefined>;
    const fields: Fields = Object.fromEntries(
      Object.entries({ ...rest } as Fields).map(([key, value]) => [
        key,
        UNORDERED.includes(key) ? [...(value as string[])].sort() : (value ?? null),
      ]),
    );
    if (header === "node" || header === "metrics")
      objects.set(`${header} ${header}`, header === "node" ? { name, ...fields } : fields);
    else if (header === "limits")
      for (const [key, value] of Object.entries(fields)) objects.set(`limits ${key}`, { [key]: value });
    else if (header === "portal_group") {
      owner = String(tag);
      objects.set(`portal_group ${owner}`, { name, ...fields });
      for (const portal of values["portals"] as string[]) objects.set(`portal ${portal}`, { portal_group: tag });
    } else if (header === "auth_group.chap") {
      const secrets = { secret: `was ${String(values["secret"])}`, mutual_secret: `was ${String(values["mutual_secret"])}` };
      objects.set(`auth_group.chap ${owner}/${String(user)}`, { ...fields, ...secrets });
    } else if (header === "target") {
      owner = `iqn.2026-11.com.example.san1:${String(name)}`;
      objects.set(`target ${owner}`, { name, ...fields, access: [] });
    } else if (header === "target.access") {
      (objects.get(`target ${owner}`)!["access"] as string[]).push(igroup!);
      objects.set(`target.access ${owner}/${String(igroup)}`, fields);
    } else if (header === "target.lun") {
      const whom = (fields["igroups"] as string[]).join(", ") || "every igroup";
      const base = `target.lun ${owner}/LUN ${String(lun)} for ${whom}`;
      let key = base;
      for (let twin = 2; objects.has(key); twin += 1) key = `${base} (${twin})`;
      objects.set(key, { lun, ...fields });
    } else if (header.endsWith(".redirect")) objects.set(`${header} ${owner}`, fields);
    else {
      owner = String(name);
      objects.set(`${header} ${owner}`, fields);
    }
  }
  return objects;
}

/** Carries one step out, and refuses what does not fit what is there. */
function apply(document: Document, step: PlanStep, after: Document): void {
  const key = `${step.kind} ${step.name}`;
  const object = document.get(key);
  const target = step.kind === "target.access" ? document.get(`target ${step.of}`) : undefined;
  const igroup = step.name.slice(step.name.indexOf("/") + 1);
  if (step.action === "remove") {
    expect(object).toBeDefined();
    document.delete(key);
    if (target !== undefined) target["access"] = (target["access"] as string[]).filter((name) => name !== igroup);
    return;
  }
  if (step.action === "add") {
    expect(object).toBeUndefined();
    const known = Object.keys(after.get(key)!);
    const set = Object.fromEntries(step.fields.map(({ field, to }) => [field, shown(field, to, after.get(key))]));
    const fields: Fields = Object.fromEntries(known.map((field) => [field, set[field] ?? null]));
    if (step.kind === "target") fields["access"] = [];
    document.set(key, fields);
    if (target !== undefined) (target["access"] as string[]).splice(step.position! - 1, 0, igroup);
    return;
  }
  expect(object).toBeDefined();
  expect(step.fields.length).toBeGreaterThan(0);
  for (const { field, from, to } of step.fields) {
    if (field === "access_order") {
      const here = object!["access"] as string[];
      object!["access"] = (to as string[]).filter((name) => here.includes(name));
      continue;
    }
    if (to !== "***") expect(from).toEqual(object![field]);
    expect(shown(field, to, after.get(key))).not.toEqual(object![field]);
    object![field] = shown(field, to, after.get(key));
  }
}

/** What a plan hides is taken from where it is known: whether it is told at all is what is tested. */
const shown = (field: string, value: unknown, known: Fields | undefined): unknown => (value === "***" ? known?.[field] : value);

/** References that lead nowhere. */
function dangling(document: Document): string[] {
  const missing: string[] = [];
  const need = (from: string, kind: string, name: unknown): void => {
    if (name !== null && name !== "any" && !document.has(`${kind} ${String(name)}`))
      missing.push(`${from} -> ${kind} ${String(name)}`);
  };
  for (const [key, fields] of document) {
    const [kind = "", name = ""] = key.split(" ");
    const owner = name.split("/")[0];
    if (kind === "target.access") {
      need(key, "target", owner);
      need(key, "igroup", name.split("/")[1]);
      need(key, "auth_group", fields["auth_group"]);
    } else if (kind === "target.lun") {
      need(key, "target", owner);
      need(key, "volume", fields["volume"]);
    } else if (kind === "auth_group.chap") need(key, "auth_group", owner);
    else if (kind === "portal") need(key, "portal_group", fields["portal_group"]);
    else if (kind === "target.redirect") need(key, "target", owner);
    else if (kind === "portal_group.redirect") need(key, "portal_group", owner);
    for (const child of (fields["igroups"] as string[] | undefined) ?? []) need(key, "igroup", child);
    for (const tag of (fields["portal_groups"] as number[] | undefined) ?? []) need(key, "portal_group", tag);
  }
  return missing;
}

const pairs = fc.tuple(configurations, configurations);
const keyOf = ({ kind, name }: PlanStep): string => `${kind} ${name}`;

describe("a plan between random configurations", () => {
  test("leads from the one to the other when its steps are carried out", () => {
    let steps = 0;
    fc.assert(
      fc.property(pairs, ([before, after]) => {
        const document = documentOf(before);
        const wanted = documentOf(after);
        const plan = planChanges(before, after);
        for (const step of plan.steps) apply(document, step, wanted);
        expect(new Map([...document].sort())).toEqual(new Map([...wanted].sort()));
        steps += plan.steps.length;
      }),
      { numRuns: 300 },
    );
    expect(steps).toBeGreaterThan(1000);
  });

  test("mentions each object that differs once, and no other", () => {
    fc.assert(
      fc.property(pairs, ([before, after]) => {
        const old = documentOf(before);
        const wanted = documentOf(after);
        const common = (list: unknown, other: unknown): unknown =>
          Array.isArray(list) && Array.isArray(other) ? list.filter((name) => other.includes(name)) : list;
        const differs = (key: string): boolean => {
          const { access: left, ...a } = old.get(key) ?? {};
          const { access: right, ...b } = wanted.get(key) ?? {};
          if (!old.has(key) || !wanted.has(key)) return true;
          // An entry that comes or goes is an object of its own.
          return JSON.stringify([a, common(left, right)]) !== JSON.stringify([b, common(right, left)]);
        };
        const expected = [...new Set([...old.keys(), ...wanted.keys()])].filter(differs).sort();
        expect(planChanges(before, after).steps.map(keyOf).sort()).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  test("never leaves a reference that leads nowhere on its way, but for a map whose volume gives its file to another", () => {
    fc.assert(
      fc.property(pairs, ([before, after]) => {
        const document = documentOf(before);
        const wanted = documentOf(after);
        const files = new Set(after.volumes.map((volume) => volume.path));
        const takenOver = new Set(before.volumes.filter(({ path }) => files.has(path)).map(({ name }) => `volume ${name}`));
        for (const step of planChanges(before, after).steps) {
          apply(document, step, wanted);
          expect(dangling(document).filter((one) => !takenOver.has(one.split(" -> ")[1]!))).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("has no step from a configuration to itself, or to one whose unordered lists are written in another order", () => {
    fc.assert(
      fc.property(configurations, (configuration) => {
        const turned: Configuration = {
          ...configuration,
          igroups: configuration.igroups.map((igroup) => ({
            ...igroup,
            initiators: [...igroup.initiators].reverse(),
            networks: [...igroup.networks].reverse(),
          })),
          volumes: [...configuration.volumes].reverse(),
          targets: [...configuration.targets]
            .reverse()
            .map((target) => ({ ...target, portalGroups: [...target.portalGroups].reverse() })),
        };
        const nothing = { steps: [], refusals: [], restarts: [] };
        expect(planChanges(configuration, configuration)).toEqual(nothing);
        expect(planChanges(configuration, turned)).toEqual(nothing);
      }),
      { numRuns: 100 },
    );
  });

  test("survives JSON and shows no secret", () => {
    fc.assert(
      fc.property(pairs, ([before, after]) => {
        const plan = planChanges(before, after);
        const text = JSON.stringify(plan);
        expect(JSON.parse(text)).toEqual(plan);
        expect(text).not.toMatch(/initiator-secret|the-target's-secret/);
      }),
      { numRuns: 100 },
    );
  });

  test("leaves, once what can be applied is applied, exactly what waits for a restart", () => {
    fc.assert(
      fc.property(pairs, ([before, after]) => {
        const plan = planChanges(before, after);
        const remaining = planChanges(configurationToRun(before, after, plan), after);
        const waiting = ({ kind, name, field }: { kind: string; name: string; field: string }): string =>
          `${kind} ${name} ${field}`;
        const fields = remaining.steps.flatMap((step) => step.fields.map(({ field }) => waiting({ ...step, field })));
        expect(fields.sort()).toEqual(plan.restarts.map(waiting).sort());
      }),
      { numRuns: 200 },
    );
  });
});
