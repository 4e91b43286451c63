import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideLogin, discoverableTargets, viewOf } from "../../src/access/decide.ts";
import type { Configuration } from "../../src/config/model.ts";
import { load, withBase } from "../config/in-memory.ts";

const A = "iqn.2026-11.com.example:a";
const B = "iqn.2026-11.com.example:b";
const STRANGER = "iqn.2026-11.com.example:z";

const { configuration } = load(
  withBase(`
[[portal_group]]
tag = 2
portals = ["192.0.2.1:3261"]
[[auth_group]]
name = "auth"
[[auth_group.chap]]
user = "u"
secret = "0123456789ab"
[[igroup]]
name = "a"
initiators = ["${A}"]
networks = ["192.0.2.0/24", "2001:db8::/32"]
[[igroup]]
name = "b"
initiators = ["${B}"]
[[igroup]]
name = "both"
igroups = ["a", "b"]
[[igroup]]
name = "near"
igroups = ["both"]
networks = ["192.0.2.0/28"]
[[volume]]
name = "v0"
path = "/v0"
[[volume]]
name = "v1"
path = "/v1"
[[volume]]
name = "v2"
path = "/v2"
[[target]]
name = "open"
[[target.access]]
igroup = "any"
auth = "none"
[[target.access]]
igroup = "b"
auth = "chap"
auth_group = "auth"
[[target.lun]]
lun = 9
volume = "v0"
[[target.lun]]
lun = 1
volume = "v1"
igroups = ["a"]
[[target.lun]]
lun = 1
volume = "v2"
igroups = ["b"]
[[target]]
name = "closed"
portal_groups = [2]
[[target.access]]
igroup = "near"
auth = "none"
[[target]]
name = "resting"
online = false
[[target.access]]
igroup = "a"
auth = "none"
`),
);
const OPEN = "iqn.2026-11.com.example:open";
const CLOSED = "iqn.2026-11.com.example:closed";
const ask = (targetName: string, initiatorName: string, address: string, portalGroupTag = 1) =>
  decideLogin(configuration, { targetName, initiatorName, address, portalGroupTag });

describe("a login", () => {
  test("to a name that no target has is refused at step 1", () => {
    expect(ask("iqn.2026-11.com.example:nothing", A, "192.0.2.1")).toMatchObject({
      kind: "refused",
      reason: "no-such-target",
      step: 1,
      place: undefined,
    });
  });

  test("through a portal group that the target is not in is refused at step 2 with the target's place", () => {
    expect(ask(CLOSED, A, "192.0.2.1")).toMatchObject({
      kind: "refused",
      reason: "not-in-group",
      step: 2,
      place: configuration.targets[1]?.place,
    });
  });

  test("of a name that no entry holds is refused at step 3", () => {
    expect(ask(CLOSED, STRANGER, "192.0.2.1", 2)).toMatchObject({
      kind: "refused",
      reason: "no-candidate",
      step: 3,
      detail: expect.stringContaining("no access entry"),
    });
  });

  test("to a target that is offline is refused at step 4, and only to those that would get in", () => {
    const RESTING = "iqn.2026-11.com.example:resting";
    const { place } = configuration.targets[2]!;
    expect(ask(RESTING, A, "192.0.2.1")).toMatchObject({ kind: "refused", reason: "target-offline", step: 4, place });
    expect(ask(RESTING, STRANGER, "192.0.2.1")).toMatchObject({ kind: "refused", reason: "no-candidate" });
  });

  test("from an address outside the networks is refused and the log says why", () => {
    expect(ask(CLOSED, A, "192.0.2.77", 2)).toMatchObject({
      kind: "refused",
      reason: "no-candidate",
      detail: expect.stringContaining("192.0.2.77"),
    });
  });

  test("needs the networks of every igroup on the way down", () => {
    expect(ask(CLOSED, A, "192.0.2.5", 2)).toMatchObject({ kind: "admitted" });
    expect(ask(CLOSED, B, "192.0.2.5", 2)).toMatchObject({ kind: "admitted" });
    expect(ask(CLOSED, B, "198.51.100.1", 2)).toMatchObject({ kind: "refused" });
    expect(ask(CLOSED, A, "2001:db8::1", 2)).toMatchObject({ kind: "refused" });
  });

  test("is judged by the named igroup before any, although any stands first", () => {
    expect(ask(OPEN, B, "203.0.113.1")).toMatchObject({ kind: "admitted", entry: { igroup: "b", auth: "chap" } });
    expect(ask(OPEN, STRANGER, "203.0.113.1")).toMatchObject({ kind: "admitted", entry: { igroup: "any", auth: "none" } });
  });

  test("compares names in lower case", () => {
    expect(ask(OPEN.toUpperCase(), B.toUpperCase(), "203.0.113.1")).toMatchObject({ kind: "admitted", entry: { igroup: "b" } });
  });

  test.each(["::ffff:192.0.2.5", "::FFFF:c000:205"])("from the mapped address %s is one from its IPv4 address", (address) => {
    expect(ask(CLOSED, A, address, 2)).toMatchObject({ kind: "admitted" });
  });

  test("from something that is no address is in no network", () => {
    expect(ask(CLOSED, A, "unknown", 2)).toMatchObject({ kind: "refused", reason: "no-candidate" });
  });
});

describe("discovery", () => {
  const found = (initiatorName: string, address: string, portalGroupTag: number): string[] =>
    discoverableTargets(configuration, { initiatorName, address, portalGroupTag }).map((target) => target.name);

  test("tells what the asker may log in to, in the order of the configuration", () => {
    expect(found(A, "192.0.2.5", 2)).toEqual(["open", "closed", "resting"]);
    expect(found(A, "192.0.2.5", 1)).toEqual(["open", "resting"]);
    expect(found(STRANGER, "192.0.2.5", 2)).toEqual(["open"]);
  });
});

describe("a view", () => {
  const view = (initiator: string, address: string): (string | number)[][] =>
    viewOf(configuration, configuration.targets[0]!, initiator, address).map(({ lun, volume }) => [lun, volume]);

  test("holds the maps of the initiator's igroups, in ascending order", () => {
    expect(view(A, "192.0.2.5")).toEqual([
      [1, "v1"],
      [9, "v0"],
    ]);
    expect(view(B, "192.0.2.5")).toEqual([
      [1, "v2"],
      [9, "v0"],
    ]);
    expect(view(STRANGER, "192.0.2.5")).toEqual([[9, "v0"]]);
  });

  test("leaves out the maps of an igroup whose networks do not hold the address", () => {
    expect(view(A, "203.0.113.1")).toEqual([[9, "v0"]]);
  });
});

/** The rules of the model, read word by word, without an index. Networks are the /8 of the first octet. */
function naive(config: Configuration, name: string, octet: number) {
  const holds = (igroup: string): boolean => {
    if (igroup === "any") return true;
    const row = config.igroups.find((candidate) => candidate.name === igroup);
    if (row === undefined) return false;
    const near = row.networks.length === 0 || row.networks.includes(`${octet}.0.0.0/8`);
    return near && (row.initiators.includes(name) || row.igroups.some(holds));
  };
  return {
    entry: (target: Configuration["targets"][number], tag: number) => {
      if (!target.portalGroups.includes(tag)) return undefined;
      return (
        target.access.find(({ igroup }) => igroup !== "any" && holds(igroup)) ??
        target.access.find(({ igroup }) => igroup === "any")
      );
    },
    luns: (target: Configuration["targets"][number]) =>
      target.luns
        .filter((map) => (map.igroups.length > 0 ? map.igroups : target.access.map(({ igroup }) => igroup)).some(holds))
        .map(({ lun }) => lun),
  };
}

describe("the index", () => {
  const place = { file: "f", line: 1, column: 1 };
  const names = [A, B, STRANGER];
  const networks = fc.subarray(["10.0.0.0/8", "11.0.0.0/8"]);
  const leaf = fc.record({ initiators: fc.subarray(names), networks, igroups: fc.constant<string[]>([]) });
  const parent = (below: readonly string[]) =>
    fc.record({ initiators: fc.constant<string[]>([]), networks, igroups: fc.subarray([...below]) });
  const igroupNames = ["l0", "l1", "l2", "m0", "m1", "t0"];
  const igroups = fc.tuple(leaf, leaf, leaf, parent(["l0", "l1", "l2"]), parent(["l0", "l2"]), parent(["m0", "m1", "l1"]));
  const access = fc.subarray([...igroupNames, "any"]);
  const target = fc.record({
    tags: fc.subarray([1, 2], { minLength: 1 }),
    access,
    maps: fc.array(fc.subarray([...igroupNames, "any"]), { maxLength: 5 }),
  });

  test("gives the same answers as the rules read word by word", () => {
    fc.assert(
      fc.property(
        igroups,
        fc.array(target, { maxLength: 4 }),
        fc.constantFrom(...names),
        fc.constantFrom(10, 11, 12),
        fc.constantFrom(1, 2),
        (rows, targets, name, octet, tag) => {
          const config: Configuration = {
            ...configuration,
            igroups: rows.map((row, index) => ({ ...row, name: igroupNames[index]!, osType: undefined, place })),
            targets: targets.map((row, index) => ({
              name: `t${index}`,
              iqn: `iqn.2026-11.com.example:t${index}`,
              alias: undefined,
              online: true,
              redirect: undefined,
              portalGroups: row.tags,
              access: row.access.map((igroup) => ({ igroup, auth: "none", authGroup: undefined, place })),
              luns: row.maps.map((list, lun) => ({ lun, volume: `v${lun}`, igroups: list, readOnly: false, place })),
              place,
            })),
          };
          const model = naive(config, name, octet);
          const asker = { initiatorName: name, address: `::ffff:${octet}.1.2.3`, portalGroupTag: tag };
          for (const each of config.targets) {
            const decision = decideLogin(config, { ...asker, targetName: each.iqn });
            expect(decision.kind === "admitted" ? decision.entry : undefined).toEqual(model.entry(each, tag));
            expect(viewOf(config, each, name, asker.address).map(({ lun }) => lun)).toEqual(model.luns(each));
          }
          expect(discoverableTargets(config, asker)).toEqual(
            config.targets.filter((each) => model.entry(each, tag) !== undefined),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  test("answers ten thousand logins to a thousand targets within three seconds", () => {
    const many: Configuration = {
      ...configuration,
      targets: Array.from({ length: 1000 }, (_, index) => ({
        ...configuration.targets[0]!,
        iqn: `iqn.2026-11.com.example:t${index}`,
      })),
    };
    const start = performance.now();
    for (let i = 0; i < 10_000; i++) {
      const decision = decideLogin(many, {
        initiatorName: B,
        address: "192.0.2.5",
        portalGroupTag: 1,
        targetName: `iqn.2026-11.com.example:t${i % 1000}`,
      });
      expect(decision.kind === "admitted").toBe(true);
    }
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

describe("a redirect", () => {
  const redirected = load(
    withBase(`redirect = { to = "192.0.2.11" }
[[portal_group]]
tag = 2
portals = ["192.0.2.1:3261"]
[[igroup]]
name = "a"
initiators = ["${A}"]
[[target]]
name = "here"
[[target.access]]
igroup = "a"
auth = "none"
[[target]]
name = "moved"
redirect = { to = "192.0.2.12", permanent = true }
[[target.access]]
igroup = "a"
auth = "none"
`),
  ).configuration;
  const sentTo = (target: string, portalGroupTag: number, initiatorName = A): string | undefined => {
    const targetName = `iqn.2026-11.com.example:${target}`;
    const decision = decideLogin(redirected, { initiatorName, address: "192.0.2.5", portalGroupTag, targetName });
    return decision.kind === "admitted" ? decision.redirect?.to.host : decision.reason;
  };

  test("of the target beats the one of the portal group, and holds in every group", () => {
    expect([sentTo("here", 1), sentTo("here", 2)]).toEqual(["192.0.2.11", undefined]);
    expect([sentTo("moved", 1), sentTo("moved", 2)]).toEqual(["192.0.2.12", "192.0.2.12"]);
  });

  test("is told to nobody who is not admitted", () => {
    expect([sentTo("moved", 1, STRANGER), sentTo("nowhere", 1)]).toEqual(["no-candidate", "no-such-target"]);
  });

  test("does not hide the target from discovery", () => {
    const asker = { initiatorName: A, address: "192.0.2.5", portalGroupTag: 1 };
    expect(discoverableTargets(redirected, asker).map(({ name }) => name)).toEqual(["here", "moved"]);
  });
});
