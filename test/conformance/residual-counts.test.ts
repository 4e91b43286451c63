/** RFC 7143 11.4.5: a transfer that differs from the expected length is told by U or O and the residual count. */
import { describe, expect, it } from "vitest";
import { read10, ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

describe("residual counts", () => {
  it("say underflow when the command returns less than expected", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const outcome = await initiator.run(read10(0, 1), { read: true, expectedDataTransferLength: 1024 });
    expect(outcome).toMatchObject({ status: 0, residualUnderflow: true, residualOverflow: false, residualCount: 512 });
    expect(outcome.data.length).toBe(512);
    initiator.close();
  });

  it("say overflow when the command has more than expected, and send no more", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const outcome = await initiator.run(read10(0, 4), { read: true, expectedDataTransferLength: 512 });
    expect(outcome).toMatchObject({ status: 0, residualUnderflow: false, residualOverflow: true, residualCount: 1536 });
    expect(outcome.data.length).toBe(512);
    initiator.close();
  });

  it("say nothing when the lengths agree", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    expect(await initiator.read(0, 4)).toMatchObject({ residualUnderflow: false, residualOverflow: false, residualCount: 0 });
    initiator.close();
  });

  it("say underflow for a write that takes less than is offered, and write only that", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    await initiator.write(300, Buffer.alloc(1024, 0x11));
    const data = Buffer.alloc(1024, 0x22);
    const outcome = await initiator.run(write10(300, 1), { write: true, expectedDataTransferLength: 1024, data });
    expect(outcome).toMatchObject({ status: 0, residualUnderflow: true, residualCount: 512 });
    expect((await initiator.read(300, 2)).data.equals(Buffer.concat([Buffer.alloc(512, 0x22), Buffer.alloc(512, 0x11)]))).toBe(
      true,
    );
    initiator.close();
  });

  it("say underflow of everything when a read ends in an error", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const outcome = await initiator.run(read10(0xfffffff0, 1), { read: true, expectedDataTransferLength: 512 });
    expect(outcome).toMatchObject({ status: 2, residualUnderflow: true, residualCount: 512 });
    expect(outcome.data.length).toBe(0);
    initiator.close();
  });
});
