/**
 * Who gets in and what they see, against a model that is written from the rules alone: no index, no flattening, and
 * addresses compared by Node's BlockList instead of ipaddr.js.
 */
import { BlockList, isIPv6 } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideLogin, discoverableTargets, viewOf } from "../../src/access/decide.ts";
import { explain } from "../../src/access/explain.ts";
import type { AccessConfig, Configuration, LunMapConfig, TargetConfig } from "../../src/config/model.ts";
import { load } from "../config/in-memory.ts";
import { ADDRESSES, configurations, INITIATORS, toToml } from "./support/random-configuration.ts";

const STRANGER = "iqn.2026-11.com.example:stranger";

function inNetwork(cidr: string, written: string): boolean {
  const [base = "", bits] = cidr.split("/");
  const address = written.replace(/^::ffff:/, "").replace(/%.*/, "");
  if (isIPv6(base) !== isIPv6(address)) return false;
  const list = new BlockList();
  list.addSubnet(base, Number(bits), isIPv6(base) ? "ipv6" : "ipv4");
  return list.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

const looksLikeAddress = (text: string): boolean => /^[0-9a-f.:]+(%.*)?$/i.test(text);

function isMember(configuration: Configuration, igroup: string, initiator: string, address: string): boolean {
  if (igroup === "any") return true;
  const found = configuration.igroups.find(({ name }) => name === igroup)!;
  if (
    found.networks.length > 0 &&
    !(looksLikeAddress(address) && found.networks.some((network) => inNetwork(network, address)))
  )
    return false;
  return (
    found.initiators.includes(initiator) || found.igroups.some((child) => isMember(configuration, child, initiator, address))
  );
}

function admittingEntry(
  configuration: Configuration,
  target: TargetConfig,
  initiator: string,
  address: string,
  tag: number,
): AccessConfig | undefined {
  if (!target.portalGroups.includes(tag)) return undefined;
  for (const entry of target.access)
    if (entry.igroup !== "any" && isMember(configuration, entry.igroup, initiator, address)) return entry;
  return target.access.find(({ igroup }) => igroup === "any");
}

/** What stands behind each number. */
function meaning(maps: readonly LunMapConfig[]): [number, string, boolean][] {
  return maps.map(({ lun, volume, readOnly }) => [lun, volume, readOnly]);
}

function naiveView(
  configuration: Configuration,
  target: TargetConfig,
  initiator: string,
  address: string,
): [number, string, boolean][] {
  const seen: [number, string, boolean][] = [];
  for (let lun = 0; lun <= 16383 && lun < 8; lun += 1) {
    for (const map of target.luns) {
      const igroups = map.igroups.length === 0 ? target.access.map((entry) => entry.igroup) : map.igroups;
      if (map.lun !== lun || !igroups.some((igroup) => isMember(configuration, igroup, initiator, address))) continue;
      seen.push([lun, map.volume, map.readOnly]);
      break;
    }
  }
  return seen;
}

const asker = fc.record({
  initiatorName: fc.constantFrom(...INITIATORS, STRANGER, INITIATORS[0]!.toUpperCase()),
  address: fc.constantFrom(...ADDRESSES),
  portalGroupTag: fc.constantFrom(1, 2, 3, 4),
});

describe("on random configurations", () => {
  test("the generator makes what the loader accepts, and the loader reads what was meant", () => {
    fc.assert(
      fc.property(configurations, (configuration) => {
        const withoutPlaces = (value: unknown): unknown =>
          JSON.parse(JSON.stringify(value, (key, part: unknown) => (key === "place" ? undefined : part)));
        // More than one reactor is for the plan: this version has one.
        const expected = { ...configuration, node: { ...configuration.node, reactors: 1 } };
        const loaded = load(toToml(expected)).configuration;
        expect(withoutPlaces(loaded)).toEqual(withoutPlaces(expected));
      }),
      { numRuns: 60 },
    );
  });

  test("a login is admitted by the entry that the model finds, or refused where it finds none", () => {
    let admitted = 0;
    let nested = 0;
    let offline = 0;
    fc.assert(
      fc.property(configurations, asker, (configuration, asked) => {
        const name = asked.initiatorName.toLowerCase();
        for (const target of configuration.targets) {
          const decision = decideLogin(configuration, { ...asked, targetName: target.iqn });
          const entry = admittingEntry(configuration, target, name, asked.address, asked.portalGroupTag);
          if (entry === undefined) {
            const reason = target.portalGroups.includes(asked.portalGroupTag) ? "no-candidate" : "not-in-group";
            expect(decision).toMatchObject({ kind: "refused", reason });
          } else if (!target.online) {
            offline += 1;
            expect(decision).toMatchObject({ kind: "refused", reason: "target-offline" });
          } else {
            admitted += 1;
            const igroup = configuration.igroups.find((one) => one.name === entry.igroup);
            if (igroup !== undefined && igroup.igroups.length > 0) nested += 1;
            const group = configuration.portalGroups.find(({ tag }) => tag === asked.portalGroupTag);
            expect(decision).toMatchObject({ kind: "admitted", redirect: target.redirect ?? group?.redirect });
            expect(decision.kind === "admitted" && decision.entry).toBe(entry);
          }
        }
      }),
      { numRuns: 1200 },
    );
    // What the runs have met is part of the claim: neither "all refused" nor "nothing nested" would show much.
    expect(admitted).toBeGreaterThan(50);
    expect(nested).toBeGreaterThan(5);
    expect(offline).toBeGreaterThan(5);
  });

  test("discovery tells the targets that the model admits to, those that are offline too, in the order of the configuration", () => {
    fc.assert(
      fc.property(configurations, asker, (configuration, asked) => {
        const name = asked.initiatorName.toLowerCase();
        const expected = configuration.targets.filter((target) =>
          admittingEntry(configuration, target, name, asked.address, asked.portalGroupTag),
        );
        expect(discoverableTargets(configuration, asked)).toEqual(expected);
      }),
      { numRuns: 400 },
    );
  });

  test("a view holds the maps that the model shows", () => {
    let seen = 0;
    fc.assert(
      fc.property(configurations, asker, (configuration, { initiatorName, address }) => {
        for (const target of configuration.targets) {
          const view = meaning(viewOf(configuration, target, initiatorName, address));
          expect(view).toEqual(naiveView(configuration, target, initiatorName.toLowerCase(), address));
          seen += view.length;
        }
      }),
      { numRuns: 600 },
    );
    expect(seen).toBeGreaterThan(50);
  });

  test("explain ends where the model ends, and shows what it shows", () => {
    fc.assert(
      fc.property(configurations, asker, (configuration, asked) => {
        const name = asked.initiatorName.toLowerCase();
        const { targets } = explain(configuration, asked);
        expect(targets.map(({ iqn }) => iqn)).toEqual(configuration.targets.map(({ iqn }) => iqn));
        targets.forEach((explained, index) => {
          const target = configuration.targets[index]!;
          const { verdict, candidates, luns, hidden } = explained;
          const entry = admittingEntry(configuration, target, name, asked.address, asked.portalGroupTag);
          if (!target.portalGroups.includes(asked.portalGroupTag)) {
            expect(verdict).toMatchObject({ kind: "refused", step: "portal group", status: "0203h" });
          } else if (entry === undefined) {
            expect(verdict).toMatchObject({ kind: "refused", step: "candidates", status: "0202h" });
          } else {
            const group = configuration.portalGroups.find(({ tag }) => tag === asked.portalGroupTag);
            const redirect = target.redirect ?? group?.redirect;
            if (target.online) expect(verdict.kind).toBe(redirect === undefined ? "admitted" : "redirected");
            else expect(verdict).toMatchObject({ kind: "refused", step: "target", status: "0301h", reason: "target-offline" });
            expect(candidates.filter(({ chosen }) => chosen).map(({ igroup }) => igroup)).toEqual([entry.igroup]);
            expect(explained.authentication?.kind).toBe(entry.auth);
            const view = naiveView(configuration, target, name, asked.address);
            expect(luns.map(({ lun, volume, readOnly }) => [lun, volume, readOnly?.because === "map"])).toEqual(view);
            const numbers = new Set(target.luns.map(({ lun }) => lun));
            expect(new Set([...luns, ...hidden].map(({ lun }) => lun))).toEqual(numbers);
          }
          if (verdict.kind !== "admitted") expect(verdict.next).toBeDefined();
        });
      }),
      { numRuns: 600 },
    );
  });

  test("without an address and a portal group, explain refuses only what every address and group would refuse", () => {
    fc.assert(
      fc.property(configurations, fc.constantFrom(...INITIATORS, STRANGER), (configuration, initiatorName) => {
        const refused = explain(configuration, { initiatorName }).targets.filter(
          ({ verdict }) => verdict.kind === "refused" && verdict.reason !== "target-offline",
        );
        for (const { iqn } of refused) {
          const target = configuration.targets.find((one) => one.iqn === iqn)!;
          for (const address of ADDRESSES)
            for (const tag of target.portalGroups)
              expect(admittingEntry(configuration, target, initiatorName, address, tag)).toBeUndefined();
        }
      }),
      { numRuns: 200 },
    );
  });
});
