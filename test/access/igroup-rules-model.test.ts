/** Which nests of igroups are refused, against the rules as they are written: members or children, three levels, no cycle, one kind of host. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { ConfigError } from "../../src/config/config-error.ts";
import { load, withBase } from "../config/in-memory.ts";

const NAMES = ["p", "q", "r", "s", "t"];

interface Nest {
  readonly name: string;
  readonly osType: string | undefined;
  readonly initiators: readonly string[];
  readonly igroups: readonly string[];
}

const two = (names: readonly string[]): fc.Arbitrary<string[]> =>
  fc.shuffledSubarray([...names]).map((chosen) => chosen.slice(0, 2));

const anyNests: fc.Arbitrary<Nest[]> = fc.tuple(
  ...NAMES.map((name) =>
    fc
      .record({
        osType: fc.constantFrom(undefined, undefined, "linux", "windows"),
        children: fc.oneof(
          { weight: 3, arbitrary: fc.constant([]) },
          { weight: 4, arbitrary: two(NAMES.slice(NAMES.indexOf(name) + 1)) },
          { weight: 1, arbitrary: two([...NAMES, "nowhere"]) },
        ),
        both: fc.nat(9).map((drawn) => drawn === 0),
      })
      .map(({ osType, children, both }) => {
        const initiators = children.length === 0 || both ? [`iqn.2026-11.com.example:${name}`] : [];
        return { name, osType, initiators, igroups: children };
      }),
  ),
);

/** A single chain of one to five igroups, each within the one before: too deep in two of five, and wrong in nothing else. */
const oneChain: fc.Arbitrary<Nest[]> = fc.integer({ min: 1, max: NAMES.length }).map((length) =>
  NAMES.map((name, index) => {
    const child = index + 1 < length ? NAMES[index + 1] : undefined;
    const initiators = child === undefined ? [`iqn.2026-11.com.example:${name}`] : [];
    return { name, osType: undefined, initiators, igroups: child === undefined ? [] : [child] };
  }),
);

const nests = fc.oneof({ weight: 9, arbitrary: anyNests }, { weight: 1, arbitrary: oneChain });

/** Every chain that begins at `name`, as long as no igroup stands in it twice; a cycle ends with the igroup that is met again. */
function chains(all: readonly Nest[], name: string, above: readonly string[] = []): string[][] {
  const here = [...above, name];
  if (above.includes(name)) return [here];
  const children = all.find((one) => one.name === name)!.igroups.filter((child) => NAMES.includes(child));
  return children.length === 0 ? [here] : children.flatMap((child) => chains(all, child, here));
}

const RULES: Readonly<Record<string, { broken(all: readonly Nest[]): boolean; readonly says: RegExp }>> = {
  "members or children": {
    broken: (all) => all.some(({ initiators, igroups }) => initiators.length > 0 && igroups.length > 0),
    says: /has both initiators and igroups/,
  },
  "children exist": {
    broken: (all) => all.some(({ igroups }) => igroups.includes("nowhere")),
    says: /no such igroup "nowhere"/,
  },
  "no cycles": {
    broken: (all) => NAMES.some((name) => chains(all, name).some((chain) => new Set(chain).size < chain.length)),
    says: /igroups form a cycle/,
  },
  "three levels": {
    broken: (all) => NAMES.some((name) => chains(all, name).some((chain) => chain.length > 3)),
    says: /igroups are nested \d deep/,
  },
  "one kind of host": {
    broken: (all) => {
      const kindOf = (name: string): string | undefined => all.find((one) => one.name === name)?.osType;
      return NAMES.some((name) =>
        chains(all, name).some((chain) =>
          chain.some((below) => kindOf(name) && kindOf(below) && kindOf(below) !== kindOf(name)),
        ),
      );
    },
    says: /they must agree/,
  },
};

test("a nest of igroups is refused for the rules that it breaks, and taken when it breaks none", () => {
  const met = new Map<string, number>();
  const count = (what: string): unknown => met.set(what, (met.get(what) ?? 0) + 1);
  fc.assert(
    fc.property(nests, (all) => {
      const text = all.map(({ name, osType, initiators, igroups }) => {
        const kind = osType === undefined ? "" : `os_type = "${osType}"\n`;
        return `[[igroup]]\nname = "${name}"\n${kind}initiators = ${JSON.stringify(initiators)}\nigroups = ${JSON.stringify(igroups)}\n`;
      });
      let told = "";
      try {
        load(withBase(text.join("")));
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        told = error.errors.map(({ message }) => message).join("\n");
      }
      const broken = Object.keys(RULES).filter((rule) => RULES[rule]!.broken(all));
      count(broken.length === 0 ? "valid" : broken.length === 1 ? broken[0]! : "several");
      // Beside a cycle, depth has no meaning: the cycle is what is told.
      for (const rule of Object.keys(RULES)) {
        if (rule === "three levels" && broken.includes("no cycles")) continue;
        expect(RULES[rule]!.says.test(told), `${rule}: ${told}`).toBe(broken.includes(rule));
      }
      expect(told === "").toBe(broken.length === 0);
    }),
    { numRuns: 800 },
  );
  for (const what of ["valid", ...Object.keys(RULES)]) expect(met.get(what), what).toBeGreaterThan(5);
});
