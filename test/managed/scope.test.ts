/** What a caller with a role and prefixes may change. */
import { describe, expect, it } from "vitest";
import { obstacle, obstacleToAction, permits, type Scope, type ScopedChange, scopeOf } from "../../src/managed/scope.ts";

const target = (
  luns: object[],
  access: object[] = [{ igroup: "ci-hosts", auth: "none" }],
  more: object = {},
): Record<string, unknown> => ({
  name: "t",
  access,
  lun: luns,
  ...more,
});
const OURS = { lun: 0, volume: "ci-1", igroups: ["ci-hosts"] };
const THEIRS = { lun: 1, volume: "prod", igroups: ["prod-hosts"] };
const CI: Scope = { role: "operate", prefixes: { volumes: ["ci-"], igroups: ["ci-"] } };

const change = (table: string, before: object | undefined, after: object | undefined): ScopedChange =>
  ({ table, before, after }) as ScopedChange;

describe("a scope", () => {
  it("permits everything when there is none, as over the socket itself", () => {
    expect(permits(scopeOf(undefined), change("limits", undefined, {}))).toBe(true);
  });
  it.each(["{}", "null", "no json", '{"role":"root"}', '{"role":"admin","prefixes":{"volumes":"ci-"}}'])(
    "that is %s permits nothing",
    (header) => {
      expect(() => scopeOf(header)).toThrow("nothing is permitted");
    },
  );
  it.each([
    ["read", "volume", false],
    ["operate", "volume", true],
    ["operate", "target", true],
    ["operate", "igroup", true],
    ["operate", "portal_group", false],
    ["operate", "auth_group", false],
    ["operate", "limits", false],
    ["admin", "portal_group", true],
    ["admin", "api", true],
  ] as const)("with the role %s: %s %s", (role, table, permitted) => {
    expect(permits({ role }, change(table, undefined, { name: "x" }))).toBe(permitted);
  });
});

describe("prefixes", () => {
  it.each<[string, ScopedChange, boolean]>([
    ["a volume of theirs", change("volume", { name: "prod" }, undefined), false],
    ["a volume of ours", change("volume", undefined, { name: "ci-1" }), true],
    ["a volume of ours in a file of ours", change("volume", undefined, { name: "ci-1", path: "/v/ci-1.img" }), true],
    ["a volume of ours in a file of theirs", change("volume", undefined, { name: "ci-1", path: "/v/prod.img" }), false],
    ["a volume of ours in their folder", change("volume", undefined, { name: "ci-1", path: "/ci-v/prod.img" }), false],
    [
      "a volume of ours that moves to their file",
      change("volume", { name: "ci-1", path: "/v/ci-1.img" }, { name: "ci-1", path: "/v/prod.img" }),
      false,
    ],
    [
      "a volume of ours whose file an admin has named otherwise",
      change("volume", { name: "ci-1", path: "/v/x.img" }, { name: "ci-1", path: "/v/x.img", read_only: true }),
      true,
    ],
    ["an igroup of ours with a child of theirs", change("igroup", undefined, { name: "ci-a", igroups: ["prod-hosts"] }), false],
    ["our map beside theirs", change("target", target([THEIRS]), target([THEIRS, OURS])), true],
    ["their map", change("target", target([OURS, THEIRS]), target([OURS])), false],
    [
      "our map for everybody in an access that has others",
      change(
        "target",
        target([], [{ igroup: "prod-hosts" }]),
        target([{ lun: 0, volume: "ci-1" }], [{ igroup: "prod-hosts" }]),
      ),
      false,
    ],
    [
      "an access entry where their maps are",
      change("target", target([THEIRS]), target([THEIRS], [{ igroup: "ci-hosts" }, { igroup: "ci-b" }])),
      false,
    ],
    [
      "the alias of a target with their maps",
      change("target", target([THEIRS]), target([THEIRS], undefined, { alias: "x" })),
      false,
    ],
    ["a target for anybody", change("target", undefined, target([OURS], [{ igroup: "any", auth: "none" }])), false],
    ["a target of ours", change("target", undefined, target([OURS])), true],
  ])("of ours and %s", (_, asked, permitted) => {
    expect([permits(CI, asked), obstacle(CI, asked)?.includes("outside of the prefixes ci-") ?? true]).toEqual([
      permitted,
      true,
    ]);
  });
});

describe("an action", () => {
  const scope = (role: string, prefixes?: object): string => JSON.stringify({ role, prefixes });
  it.each<[string, string | undefined, string[], boolean]>([
    ["over the socket itself", undefined, ["prod"], true],
    ["with the role read", scope("read"), ["ci-1"], false],
    ["with the role operate", scope("operate"), ["prod"], true],
    ["on what concerns volumes of ours", scope("operate", { volumes: ["ci-"] }), ["ci-1", "ci-2"], true],
    ["on what concerns a volume of theirs as well", scope("operate", { volumes: ["ci-"] }), ["ci-1", "prod"], false],
    ["on what concerns no volume", scope("operate", { volumes: ["ci-"] }), [], false],
    ["with a list of no volume", scope("operate", { volumes: [] }), ["ci-1"], false],
    ["of a key that is held to igroups", scope("operate", { igroups: ["ci-"] }), ["ci-1"], false],
    ["with a scope that is none", "{", ["ci-1"], false],
  ])("%s", (_, header, volumes, permitted) => {
    const why = (): string | undefined => {
      try {
        return obstacleToAction(header, volumes);
      } catch (error) {
        return (error as Error).message;
      }
    };
    expect(why() === undefined).toBe(permitted);
  });
});
