import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideLogin, viewOf } from "../../src/access/decide.ts";
import { type LiveSession, touchedSessions } from "../../src/access/touched-sessions.ts";
import type { Configuration } from "../../src/config/model.ts";
import { configurationToRun, type PlanStep, planChanges } from "../../src/config/plan.ts";
import type { TouchedSession } from "../../src/config/plan-text.ts";
import { load, withBase } from "../config/in-memory.ts";
import { ADDRESSES, configurations, INITIATORS, touchedUp } from "./support/random-configuration.ts";

const A = "iqn.2026-11.com.example:a";
const IQN = "iqn.2026-11.com.example:t";
const TEXT = withBase(`[[portal_group]]
tag = 2
portals = ["192.0.2.1:3261"]
[[auth_group]]
name = "hosts"
[[auth_group.chap]]
user = "u"
secret = "0123456789ab"
[[igroup]]
name = "a"
initiators = ["${A}"]
[[igroup]]
name = "b"
initiators = ["iqn.2026-11.com.example:b"]
[[igroup]]
name = "all"
igroups = ["a", "b"]
[[volume]]
name = "v0"
path = "/v0"
size = "1 GiB"
[[volume]]
name = "v1"
path = "/v1"
[[target]]
name = "t"
[[target.access]]
igroup = "all"
auth = "none"
[[target.lun]]
lun = 0
volume = "v0"
[[target.lun]]
lun = 1
volume = "v1"
igroups = ["b"]
`);
const RUNNING = load(TEXT).configuration;
const SESSION: LiveSession = { initiatorName: A, address: "192.0.2.7", targetIqn: IQN, portalGroupTag: 1 };

/** What happens to the session, and the steps that are named for it. */
function reload(...edits: readonly (readonly [string, string])[]): TouchedSession & { readonly named: string[] } {
  let text = TEXT;
  for (const [from, to] of edits) {
    expect(text).toContain(from);
    text = text.replace(from, to);
  }
  const wanted = load(text).configuration;
  const plan = planChanges(RUNNING, wanted);
  expect(plan.steps.length).toBeGreaterThan(0);
  const [touched] = touchedSessions(plan, RUNNING, configurationToRun(RUNNING, wanted, plan), [SESSION]);
  return { ...touched!, named: touched!.steps.map((index) => `${plan.steps[index]!.action} ${plan.steps[index]!.kind}`) };
}

describe("a live session ends", () => {
  test("when its name leaves the igroup", () => {
    expect(reload([A, "iqn.2026-11.com.example:c"])).toMatchObject({ outcome: "ends", named: ["change igroup"] });
  });

  test("when its igroup leaves the one that is nested above it", () => {
    expect(reload(['igroups = ["a", "b"]', 'igroups = ["b"]'])).toMatchObject({ outcome: "ends", named: ["change igroup"] });
  });

  test("when the igroup gets networks that do not hold its address", () => {
    const networks = 'name = "all"\nnetworks = ["198.51.100.0/24"]';
    expect(reload(['name = "all"', networks])).toMatchObject({ outcome: "ends", named: ["change igroup"] });
  });

  test("when its access entry goes", () => {
    const entry = '[[target.access]]\nigroup = "all"\nauth = "none"\n';
    const other = '[[target.access]]\nigroup = "b"\nauth = "none"\n';
    expect(reload([entry, other])).toMatchObject({ outcome: "ends", named: ["remove target.access"] });
  });

  test("when the target leaves its portal group", () => {
    const named = ["change target"];
    expect(reload(['name = "t"\n', 'name = "t"\nportal_groups = [2]\n'])).toMatchObject({ outcome: "ends", named });
  });

  test("when its portal group goes, and when the target goes", () => {
    expect(reload(["tag = 1", "tag = 3"])).toMatchObject({ outcome: "ends", named: ["change target", "remove portal_group"] });
    expect(reload(['[[target]]\nname = "t"', '[[target]]\nname = "u"'])).toMatchObject({
      outcome: "ends",
      named: ["remove target"],
    });
  });
});

describe("a live session is told", () => {
  test("when a LUN comes, goes, or can't be written any more", () => {
    const told = { outcome: "unit attention" };
    expect(reload(['igroups = ["b"]\n', 'igroups = ["b", "a"]\n'])).toMatchObject({
      ...told,
      named: ["remove target.lun", "add target.lun"],
    });
    expect(reload(['lun = 0\nvolume = "v0"\n', 'lun = 0\nvolume = "v0"\nigroups = ["b"]\n'])).toMatchObject(told);
    expect(reload(['lun = 0\nvolume = "v0"\n', 'lun = 0\nvolume = "v0"\nread_only = true\n'])).toMatchObject(told);
  });

  test("when its name gets into an igroup that has more maps", () => {
    const edit = ["iqn.2026-11.com.example:b", `${A}", "iqn.2026-11.com.example:b`] as const;
    expect(reload(edit)).toMatchObject({ outcome: "unit attention", named: ["change igroup"] });
  });

  test("when a volume of its view changes, and not when what changes waits for a restart", () => {
    for (const edit of ['"2 GiB"', '"1 GiB"\nwrite_cache = false', '"1 GiB"\nread_only = true', '"1 GiB"\nonline = false'])
      expect(reload(['"1 GiB"', edit]), edit).toMatchObject({ outcome: "unit attention", named: ["change volume"] });
    for (const edit of ["block_size = 4096", "removable = true"])
      expect(reload(['size = "1 GiB"', `size = "1 GiB"\n${edit}`])).toMatchObject({ outcome: "nothing" });
  });

  test("when the access state of a portal group of its target changes, its own or another, and not when that of any other does", () => {
    for (const tag of ["tag = 1", "tag = 2"]) {
      expect(reload([tag, `${tag}\naccess_state = "standby"`])).toMatchObject({
        outcome: "unit attention",
        named: ["change portal_group"],
      });
    }
    const narrow = load(TEXT.replace('name = "t"', 'name = "t"\nportal_groups = [1]')).configuration;
    const wanted = load(
      TEXT.replace('name = "t"', 'name = "t"\nportal_groups = [1]').replace("tag = 2", 'tag = 2\naccess_state = "standby"'),
    ).configuration;
    expect(touchedSessions(planChanges(narrow, wanted), narrow, wanted, [SESSION])).toMatchObject([{ outcome: "nothing" }]);
  });
});

describe("a live session is not touched", () => {
  test.each([
    ["its entry asks for a stronger proof", ['auth = "none"', 'auth = "chap"\nauth_group = "hosts"']],
    ["the target is redirected", ['name = "t"', 'name = "t"\nredirect = { to = "192.0.2.9" }']],
    ["a portal of its group closes", ["0.0.0.0:3260", "192.0.2.8:3260"]],
    ["a volume that it does not see changes", ['path = "/v1"', 'path = "/v1"\nread_only = true']],
    ["a map that it does not see changes", ['volume = "v1"\n', 'volume = "v1"\nread_only = true\n']],
    ["a secret changes", ["0123456789ab", "ba9876543210"]],
    ["an initiator joins its igroup", [A, `${A}", "iqn.2026-11.com.example:c`]],
    ["the path of its volume waits for a restart", ['path = "/v0"', 'path = "/moved"']],
    ["its target gets another alias", ['name = "t"', 'name = "t"\nalias = "disk"']],
  ] as const)("when %s", (_, edit) => {
    expect(reload(edit)).toMatchObject({ outcome: "nothing", steps: [] });
  });

  test("when its name was received in capitals", () => {
    const wanted = load(TEXT.replace('path = "/v1"', 'path = "/v1"\nread_only = true')).configuration;
    const session = { ...SESSION, initiatorName: A.toUpperCase() };
    expect(touchedSessions(planChanges(RUNNING, wanted), RUNNING, wanted, [session])).toMatchObject([{ outcome: "nothing" }]);
  });
});

test("on random configurations a session ends where a login is refused, and is told where what it sees is another", () => {
  const counts = { nothing: 0, "unit attention": 0, ends: 0 };
  const asker = fc.record({
    initiatorName: fc.constantFrom(...INITIATORS),
    address: fc.constantFrom(...ADDRESSES),
    portalGroupTag: fc.constantFrom(1, 2, 3),
  });
  // A size that is not written any more stays what it is.
  const sizeOf = (volume: string, before: Configuration, next: Configuration): number | undefined =>
    [next, before]
      .map(({ volumes }) => volumes.find(({ name }) => name === volume)?.sizeBytes)
      .find((size) => size !== undefined);
  // Groups that come or go are told by discovery.
  const statesOf = (iqn: string, before: Configuration, next: Configuration, of: Configuration): unknown =>
    before.targets
      .find((target) => target.iqn === iqn)!
      .portalGroups.filter((tag) => [before, next].every((one) => one.portalGroups.some((group) => group.tag === tag)))
      .map((tag) => of.portalGroups.find((group) => group.tag === tag)!.accessState);
  const seenBy = (
    configuration: Configuration,
    before: Configuration,
    next: Configuration,
    { initiatorName, address, targetIqn }: LiveSession,
  ): unknown => {
    const target = configuration.targets.find(({ iqn }) => iqn === targetIqn)!;
    const view = viewOf(configuration, target, initiatorName, address);
    return view.map(({ lun, volume, readOnly }) => {
      const { name, writeCache, readOnly: locked, online } = configuration.volumes.find((one) => one.name === volume)!;
      const states = statesOf(targetIqn, before, next, configuration);
      return [lun, readOnly, name, sizeOf(name, before, configuration), writeCache, locked, online, states];
    });
  };
  const pairs = fc.oneof(
    fc.tuple(configurations, configurations),
    configurations.chain((before) => fc.tuple(fc.constant(before), touchedUp(before))),
  );
  fc.assert(
    fc.property(pairs, fc.array(asker, { minLength: 4, maxLength: 8 }), ([before, wanted], askers) => {
      const sessions = askers.flatMap((asked) => before.targets.map(({ iqn }): LiveSession => ({ ...asked, targetIqn: iqn })));
      const live = sessions.filter((one) => decideLogin(before, { ...one, targetName: one.targetIqn }).kind === "admitted");
      const plan = planChanges(before, wanted, { force: true });
      const next = configurationToRun(before, wanted, plan);
      const touched = touchedSessions(plan, before, next, live);
      expect(touched.map(({ session }) => session)).toEqual(live);
      for (const { session, outcome, steps } of touched) {
        counts[outcome] += 1;
        const admitted = decideLogin(next, { ...session, targetName: session.targetIqn }).kind === "admitted";
        const same =
          admitted &&
          JSON.stringify(seenBy(before, before, next, session)) === JSON.stringify(seenBy(next, before, next, session));
        expect(outcome).toBe(!admitted ? "ends" : same ? "nothing" : "unit attention");
        // What is done to a session has a step that does it.
        if (outcome !== "nothing")
          expect(steps.map((index): PlanStep | undefined => plan.steps[index])).not.toContain(undefined);
        expect(steps.length > 0).toBe(outcome !== "nothing");
      }
    }),
    { numRuns: 500 },
  );
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(20);
});
