/** Derived names of logical units: SPC-4 7.8.6.6.5, RFC 9562 5.8. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deriveIdentity } from "../../src/scsi/identity.ts";

const NODE = "6f1c3c1e-0d8f-4b52-9a41-0d6b1e2f3a4b";

describe("deriveIdentity", () => {
  it("gives the same names for ever to the same volume of the same node", () => {
    const identity = deriveIdentity(NODE, "vm01");
    expect(deriveIdentity(NODE.toUpperCase(), "vm01")).toEqual(identity);
    // Typed from a first run: a change of these is a change of everybody's disks.
    expect(identity.naa.toString("hex")).toBe("6024c556a6caf3eecf2dfea1aa146abf");
    expect(identity.uuid.toString("hex")).toBe("95760cf8bb4b8bb5ba705cf2f2b310fd");
    expect(identity.serial).toBe("53d53bf67a276752b9dedc4e");
  });

  it("never gives one name to two volumes, nor to one name on two nodes", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), fc.string(), fc.string(), (nodeA, nodeB, a, b) => {
        fc.pre(nodeA !== nodeB || a !== b);
        const [one, two] = [deriveIdentity(nodeA, a), deriveIdentity(nodeB, b)];
        expect(one.naa.equals(two.naa)).toBe(false);
        expect(one.uuid.equals(two.uuid)).toBe(false);
        expect(one.serial).not.toBe(two.serial);
      }),
    );
  });

  it("makes NAA 6 with a company id that nobody can own, and a version 8 uuid", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.string(), (node, name) => {
        const { naa, uuid } = deriveIdentity(node, name);
        expect([naa.length, naa.toString("hex").slice(0, 7)]).toEqual([16, "6024c55"]);
        expect([uuid.length, uuid[6]! >> 4, uuid[8]! >> 6]).toEqual([16, 8, 0b10]);
      }),
    );
  });

  it("takes serial and product from the configuration, padded, and refuses what INQUIRY can't hold", () => {
    const identity = deriveIdentity(NODE, "vm01", { serial: "S1", product: "DISK" });
    expect([identity.serial, identity.product, identity.vendor, identity.revision]).toEqual([
      "S1",
      "DISK            ",
      "LUNETTE ",
      "0001",
    ]);
    expect(() => deriveIdentity(NODE, "vm01", { product: "SEVENTEEN LETTERS" })).toThrow(/product/);
    expect(() => deriveIdentity(NODE, "vm01", { serial: "" })).toThrow(/serial/);
    expect(() => deriveIdentity(NODE, "vm01", { serial: "ü" })).toThrow(/serial/);
  });
});
