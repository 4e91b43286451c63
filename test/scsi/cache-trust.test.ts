/** A host that has read WCE=0 counts on every acknowledged write, until it has read WCE=1 (SBC-3 4.15, 6.5.5). */
import { describe, expect, it } from "vitest";
import { CACHE_TRUST_MS, distrustCacheForNow, settleCacheTrust } from "../../src/scsi/cache-trust.ts";
import type { Nexus } from "../../src/scsi/nexus.ts";
import { makeUnit, type UnitUnderTest } from "./support/scsi-harness.ts";

const WRITE = [0x2a, 0, 0, 0, 0, 0, 0, 0, 1, 0];
const CACHING_PAGE = [0x1a, 0x08, 0x08, 0, 0xff, 0];

const setCache = (unit: UnitUnderTest, writeCacheEnabled: boolean): Promise<void> => {
  unit.lu.defaultModes = { ...unit.lu.defaultModes, writeCacheEnabled };
  return unit.server.coordinator.change(unit.lu, (state) => ({ ...state, modes: { ...state.modes, writeCacheEnabled } }));
};

let last = 0;
/** Whether a write is on stable storage when it is answered. */
async function durable(unit: UnitUnderTest, nexus: Nexus = unit.nexus): Promise<boolean> {
  last = (last % 255) + 1;
  expect((await unit.run(WRITE, { dataOut: Buffer.alloc(512, last), nexus })).status).toBe(0);
  return unit.backend.stable[0] === last;
}

describe("when the write cache is switched on", () => {
  it("writes of a host stay durable until it has read that, and all it had queued before has ended", async () => {
    const unit = makeUnit({ writeCache: false });
    const other = unit.anotherNexus();
    await setCache(unit, true);
    expect(await durable(unit)).toBe(true);
    expect((await unit.run(CACHING_PAGE)).dataIn[6]! & 0x04).toBe(0x04);
    settleCacheTrust(unit.lu, CACHE_TRUST_MS - 1);
    expect(await durable(unit)).toBe(true);
    settleCacheTrust(unit.lu, CACHE_TRUST_MS);
    expect(await durable(unit)).toBe(false);
    expect(await durable(unit, other)).toBe(true);
  });

  it("a host that comes later has to read it too: it may have read the old value in an earlier session", async () => {
    const unit = makeUnit({ writeCache: false });
    await setCache(unit, true);
    expect(await durable(unit, unit.anotherNexus())).toBe(true);
  });

  it.each([
    ["the first bytes only", [0x1a, 0x08, 0x08, 0, 6, 0], {}],
    ["less than it asked for", CACHING_PAGE, { expectedIn: 6 }],
    ["the default values", [0x1a, 0x08, 0x88, 0, 0xff, 0], {}],
    ["another page", [0x1a, 0x08, 0x0a, 0, 0xff, 0], {}],
  ])("a host that reads %s has not read it", async (_what, cdb, options) => {
    const unit = makeUnit({ writeCache: false });
    await setCache(unit, true);
    expect((await unit.run(cdb, options)).status).toBe(0);
    settleCacheTrust(unit.lu, 2 * CACHE_TRUST_MS);
    expect(await durable(unit)).toBe(true);
  });

  it("a host that reads all pages has read it", async () => {
    const unit = makeUnit({ writeCache: false });
    await setCache(unit, true);
    await unit.run([0x5a, 0, 0x3f, 0, 0, 0, 0, 1, 0, 0]);
    settleCacheTrust(unit.lu, CACHE_TRUST_MS);
    expect(await durable(unit)).toBe(false);
  });

  it("and off again meanwhile, what a host had read before does not count", async () => {
    const unit = makeUnit({ writeCache: false });
    await setCache(unit, true);
    await unit.run(CACHING_PAGE);
    await setCache(unit, false);
    await setCache(unit, true);
    settleCacheTrust(unit.lu, 2 * CACHE_TRUST_MS);
    expect(await durable(unit)).toBe(true);
  });
});

describe("a cache that is not trusted for now", () => {
  it("is given back to those that had it, and to those that have come since", async () => {
    const unit = makeUnit();
    const giveBack = distrustCacheForNow(unit.lu);
    const late = unit.anotherNexus();
    expect([await durable(unit), await durable(unit, late)]).toEqual([true, true]);
    giveBack();
    expect([await durable(unit), await durable(unit, late)]).toEqual([false, false]);
  });

  it("is not given back when it was switched off meanwhile", async () => {
    const unit = makeUnit();
    const giveBack = distrustCacheForNow(unit.lu);
    await setCache(unit, false);
    giveBack();
    await setCache(unit, true);
    expect(await durable(unit)).toBe(true);
  });
});

describe("a cache that a host has switched off and on while a change of it failed", () => {
  it("is not given back: others may have read that it is off", async () => {
    const unit = makeUnit();
    const giveBack = distrustCacheForNow(unit.lu);
    await setCache(unit, false);
    await setCache(unit, true);
    giveBack();
    expect(await durable(unit)).toBe(true);
  });
});

describe("a logical unit reset that switches the cache off again", () => {
  it("is over when what was acknowledged before is on stable storage", async () => {
    const unit = makeUnit();
    unit.lu.defaultModes = { ...unit.lu.defaultModes, writeCacheEnabled: false };
    expect(await durable(unit)).toBe(false);
    await unit.server.resetLogicalUnit(unit.lu);
    expect(unit.lu.state.modes.writeCacheEnabled).toBe(false);
    expect(unit.backend.stable[0]).toBe(last);
  });

  it("flushes nothing where the cache stays", async () => {
    const unit = makeUnit();
    await unit.server.resetLogicalUnit(unit.lu);
    expect(unit.backend.count("flush")).toBe(0);
  });
});

describe("a failed flush", () => {
  it("is told to a host that has not heard of it, also when the storage was opened anew since", async () => {
    const unit = makeUnit();
    const FLUSH = [0x35, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    const other = unit.anotherNexus();
    unit.backend.fault = ({ kind }) => (kind === "flush" ? 5 : 0);
    expect((await unit.run(FLUSH)).code).toBe("4/03/00");
    unit.backend.fault = () => 0;
    const next = makeUnit().lu.backend!;
    unit.lu.replaceBackend(undefined);
    unit.lu.replaceBackend(next);
    expect((await unit.run(FLUSH)).status).toBe(0);
    expect((await unit.run(FLUSH, { nexus: other })).code).toBe("4/03/00");
    expect((await unit.run(FLUSH, { nexus: other })).status).toBe(0);
  });
});
