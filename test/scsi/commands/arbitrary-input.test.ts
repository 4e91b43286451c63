/** Whatever stands in the CDB and the parameter list of a primary command, it ends with a status and leaves nothing behind. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeUnit } from "../support/scsi-harness.ts";

const PRIMARY = [0x03, 0x12, 0x15, 0x16, 0x17, 0x1a, 0x1b, 0x1e, 0x4d, 0x55, 0x56, 0x57, 0x5a, 0x5e, 0x5f, 0xa0, 0xa3, 0xa4];
const ILLEGAL = ["5/1a/00", "5/20/00", "5/24/00", "5/25/00", "5/26/00", "5/26/04", "5/39/00", "5/55/04"];
/** What else a command may meet: the unit stopped by an earlier one, or told of what an earlier one changed. */
const STATUSES = [0x00, 0x02, 0x18];

describe("arbitrary input", () => {
  it("never breaks an invariant, and an error points into the CDB or the list", async () => {
    const small = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat({ max: 255 }) });
    const command = fc.record({
      opcode: fc.constantFrom(...PRIMARY),
      rest: fc.array(small, { minLength: 15, maxLength: 15 }),
      action: fc.nat({ max: 31 }),
      length: fc.nat({ max: 80 }),
      data: fc.array(small, { maxLength: 80 }),
      lun: fc.constantFrom(0, 0, 0, 7, -1),
      second: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 12 }), async (commands) => {
        const unit = makeUnit();
        const other = unit.anotherNexus();
        for (const { opcode, rest, action, length, data, lun, second } of commands) {
          const cdb = [opcode, ...rest];
          if (opcode >= 0x5e) cdb[1] = action;
          // Lengths that are near the truth reach further than random ones.
          if (opcode === 0x15) cdb[4] = length;
          if (opcode === 0x55 || opcode === 0x5f) cdb[8] = length;
          const dataOut = Buffer.from(data);
          const nexus = second ? other : unit.nexus;
          const result = await unit.run(cdb, { lun, nexus, dataOut, expectedIn: 4096 });
          expect(STATUSES).toContain(result.status);
          if (result.code?.startsWith("5/")) expect(ILLEGAL).toContain(result.code);
          const field = result.sense?.field;
          if (field !== undefined) expect(field.byte).toBeLessThan(field.inCdb ? 16 : Math.max(data.length, 28) + 4);
        }
        unit.expectIdle();
      }),
      { numRuns: 300 },
    );
  });
});
