/** [portal_group.redirect] and [target.redirect]: how they are written, and which of them would send initiators in circles. */
import { describe, expect, it } from "vitest";
import { errorsOf, FILE, load, warningsOf } from "./in-memory.ts";

const NODE = `[node]\nbase_iqn = "iqn.2026-11.com.example"\n`;
const group = (tag: number, portals: string, more = ""): string =>
  `[[portal_group]]\ntag = ${tag}\nportals = [${portals}]\n${more}\n`;
const TARGET = `[[target]]\nname = "t"\n[[target.access]]\nigroup = "any"\nauth = "none"\n`;
const short = (lines: string[]): string[] => lines.map((line) => line.replaceAll(`${FILE}:`, ""));

describe("a redirect", () => {
  it("is written inline or as a table, and is temporary unless it says otherwise", () => {
    const { configuration } = load(
      NODE +
        group(1, '"192.0.2.1"', 'redirect = { to = "192.0.2.11" }') +
        group(2, '"192.0.2.2"', '[portal_group.redirect]\nto = "[2001:db8::11]:3261"\npermanent = true') +
        group(3, '"192.0.2.3"') +
        TARGET +
        '[target.redirect]\nto = "san2.example.com:3262"\n',
    );
    expect(configuration.portalGroups.map(({ redirect }) => redirect && { ...redirect, place: undefined })).toEqual([
      { to: { host: "192.0.2.11", port: 3260 }, permanent: false, place: undefined },
      { to: { host: "2001:db8::11", port: 3261 }, permanent: true, place: undefined },
      undefined,
    ]);
    expect(configuration.targets[0]?.redirect).toMatchObject({
      to: { host: "san2.example.com", port: 3262 },
      permanent: false,
    });
  });

  it.each([
    [
      "that is no table",
      'redirect = "192.0.2.11"',
      ['6:1: redirect is "192.0.2.11": write it as a table, redirect = { to = "192.0.2.11:3260" }'],
    ],
    [
      "without an address",
      "redirect = {}",
      ['6:12: [portal_group.redirect] has no to: add it, such as to = "192.0.2.11:3260"'],
    ],
    [
      "to a wildcard",
      'redirect = { to = "0.0.0.0" }',
      ['6:19: to = "0.0.0.0": must be an address that initiators can connect to; a wildcard is none'],
    ],
    [
      "to a portal group tag beside the address, which the key must not have (RFC 7143 13.8)",
      'redirect = { to = "192.0.2.11:3260,1" }',
      ['6:19: to = "192.0.2.11:3260,1": must be an address such as "192.0.2.10:3260" or "[2001:db8::1]:3260"'],
    ],
  ])("%s is an error with its place", (_what, line, expected) => {
    expect(short(errorsOf(NODE + group(1, '"192.0.2.1"', line)))).toEqual(expected);
  });

  it("of a portal group to its own portal or to what it advertises is an error", () => {
    const expected = (to: string): string[] => [
      `6:19: to = "${to}" leads back to portal group 1 at 3:1: initiators would go in circles; name an address elsewhere`,
    ];
    expect(short(errorsOf(NODE + group(1, '"192.0.2.1"', 'redirect = { to = "192.0.2.1:3260" }')))).toEqual(
      expected("192.0.2.1:3260"),
    );
    expect(short(errorsOf(NODE + group(1, '"192.0.2.1"', 'redirect = { to = "san" }\nadvertise = ["SAN:3260"]')))).toEqual(
      expected("san:3260"),
    );
  });

  it("of two portal groups to each other is an error of both, and one way is none", () => {
    const there = group(1, '"192.0.2.1"', 'redirect = { to = "192.0.2.2" }');
    expect(errorsOf(NODE + there + group(2, '"192.0.2.2"'))).toEqual([]);
    const back = group(2, '"192.0.2.2"', 'redirect = { to = "192.0.2.1" }');
    expect(short(errorsOf(NODE + there + back))).toEqual([
      '6:19: to = "192.0.2.2:3260" leads back to portal group 1 at 3:1, over portal group 2 at 7:1: initiators would go in circles; name an address elsewhere',
      '10:19: to = "192.0.2.1:3260" leads back to portal group 2 at 7:1, over portal group 1 at 3:1: initiators would go in circles; name an address elsewhere',
    ]);
  });

  it("of a target to any portal of this node is an error, because it holds there too", () => {
    const target = `${TARGET}[target.redirect]\nto = "192.0.2.1"\n`;
    expect(short(errorsOf(NODE + group(1, '"192.0.2.1"') + target))).toEqual([
      '13:6: to = "192.0.2.1:3260" is an address of portal group 1 at 3:1, where [[target]] "t" is redirected as well: initiators would go in circles; name an address elsewhere, or redirect a portal group',
    ]);
  });

  it("of a portal group that listens on a wildcard, to that port, is a warning: it may be this machine", () => {
    const text = (to: string): string => NODE + group(1, '"0.0.0.0"', `redirect = { to = "${to}" }`) + TARGET;
    expect(warningsOf(text("192.0.2.11"))).toHaveLength(1);
    expect(warningsOf(text("192.0.2.11:3261"))).toEqual([]);
    expect(warningsOf(text("[2001:db8::1]"))).toEqual([]);
  });
});
