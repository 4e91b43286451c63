/** What a host sees changes under it: SPC-4 5.14 (3Fh/0Eh), SAM-5 6.3.4. */
import { describe, expect, it } from "vitest";
import { changeView } from "../../src/scsi/nexus-view.ts";
import { addUnit } from "./support/copy-harness.ts";
import { makeUnit, settle } from "./support/scsi-harness.ts";

const TUR = [0, 0, 0, 0, 0, 0];
const WRITE = [0x2a, 0, 0, 0, 0, 0, 0, 0, 1, 0];

describe("changeView", () => {
  it("does nothing, and tells nothing, when the view stays as it was", async () => {
    const unit = makeUnit();
    expect(await changeView(unit.server, unit.nexus, [{ lun: 0, lu: unit.lu, readOnly: false }])).toBe("none");
    expect((await unit.run(TUR)).status).toBe(0);
  });

  it("adds a unit: the others report that the LUNs have changed, and it answers after its power-on attention", async () => {
    const unit = makeUnit();
    const other = addUnit(unit, 1, { seenBy: [] });
    await changeView(unit.server, unit.nexus, [
      { lun: 0, lu: unit.lu, readOnly: false },
      { lun: 1, lu: other.lu, readOnly: false },
    ]);
    expect((await unit.run(TUR)).code).toBe("6/3f/0e");
    expect((await unit.run(TUR, { lun: 1 })).code).toBe("6/29/01");
    expect((await unit.run(TUR, { lun: 1 })).status).toBe(0);
    expect((await unit.run([0xa0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0])).dataIn.readUInt32BE(0)).toBe(16);
  });

  it("takes a unit away: its tasks end, and nothing of them reaches the medium once it resolves", async () => {
    const unit = makeUnit();
    const other = addUnit(unit, 1);
    other.backend.held = true;
    const write = unit.start(WRITE, { dataOut: Buffer.alloc(512, 7), lun: 1 });
    await settle();
    let changed = false;
    const change = changeView(unit.server, unit.nexus, [{ lun: 0, lu: unit.lu, readOnly: false }]).then(() => (changed = true));
    await settle();
    expect(changed).toBe(false);
    expect((await unit.run(TUR, { lun: 1 })).code).toBe("5/25/00");
    other.backend.release();
    await change;
    expect((await write.done).aborted).toBe(true);
    expect([other.lu.nexuses.size, other.lu.tasks.size]).toEqual([0, 0]);
    expect((await unit.run(TUR)).code).toBe("6/3f/0e");
    unit.expectIdle();
  });

  it("puts another unit behind a number as a unit that goes and one that comes", async () => {
    const unit = makeUnit();
    const other = addUnit(unit, 1, { seenBy: [] });
    await changeView(unit.server, unit.nexus, [{ lun: 0, lu: other.lu, readOnly: false }]);
    expect((await unit.run(TUR)).code).toBe("6/29/01");
    expect([unit.lu.nexuses.size, other.lu.nexuses.size]).toEqual([0, 1]);
  });

  it("protects a unit: writes that run are let end, later ones are refused, and the host is told", async () => {
    const unit = makeUnit();
    unit.backend.held = true;
    const write = unit.start(WRITE, { dataOut: Buffer.alloc(512, 7) });
    await settle();
    const change = changeView(unit.server, unit.nexus, [{ lun: 0, lu: unit.lu, readOnly: true }]);
    unit.backend.release();
    expect((await write.done).status).toBe(0);
    expect(await change).toBe("changed");
    expect((await unit.run(TUR)).code).toBe("6/2a/01");
    expect((await unit.run(WRITE, { dataOut: Buffer.alloc(512, 8) })).code).toBe("7/27/00");
    expect(unit.backend.data[0]).toBe(7);
    expect(await changeView(unit.server, unit.nexus, [{ lun: 0, lu: unit.lu, readOnly: false }])).toBe("changed");
    unit.nexus.luns.get(0)!.attentions.clearAll();
    expect((await unit.run(WRITE, { dataOut: Buffer.alloc(512, 8) })).status).toBe(0);
    unit.expectIdle();
  });
});
