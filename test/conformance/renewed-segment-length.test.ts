/**
 * RFC 7143 13.12 and 6.4: MaxRecvDataSegmentLength may be declared anew in full feature phase. It holds from the last response of the
 * negotiation on, for everything that leaves behind it, and not at all when the negotiation is given up.
 */
import { describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { REJECT_REASON } from "../../src/wire/pdu/reject.ts";
import { read10, ScriptedInitiator } from "../support/scripted-initiator.ts";
import { rejected, sendText, text } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();
const BLOCKS = 16;

/** The largest data segment of the answer to a READ. */
async function largest(initiator: ScriptedInitiator): Promise<number> {
  const { status, dataIns } = await initiator.read(0, BLOCKS);
  expect(status).toBe(0);
  return Math.max(...dataIns.map(({ data }) => data.length));
}

describe("MaxRecvDataSegmentLength declared anew", () => {
  it.each([
    ["raised", 512, 4096],
    ["lowered", 4096, 512],
  ])("%s among reads holds for what leaves behind the response, and not before it", async (_what, before, after) => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, [`MaxRecvDataSegmentLength=${before}`]);
    const read = (): number => initiator.command(read10(0, BLOCKS), { read: true, expectedDataTransferLength: BLOCKS * 512 });
    const open = new Set<number>();
    for (let n = 0; n < 40; n += 1) open.add(read());
    sendText(initiator, [`MaxRecvDataSegmentLength=${after}`]);
    for (let n = 0; n < 40; n += 1) open.add(read());
    const lengths = { before: new Set<number>(), after: new Set<number>() };
    let side: "before" | "after" = "before";
    while (open.size > 0 || side === "before") {
      const { pdu, data } = (await initiator.receive()) ?? {};
      if (pdu?.opcode === TARGET_OPCODE.textResponse) side = "after";
      else if (pdu?.opcode === TARGET_OPCODE.dataIn) {
        lengths[side].add(data?.length ?? 0);
        if (pdu.hasStatus) open.delete(pdu.initiatorTaskTag);
      } else throw new Error(`not expected: ${JSON.stringify(pdu)}`);
    }
    expect([...lengths.before].filter((length) => length !== before)).toEqual([]);
    expect([...lengths.after]).toEqual([after]);
    initiator.close();
  });

  it("waits for the end of a negotiation of several requests", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["MaxRecvDataSegmentLength=1024"]);
    const initiatorTaskTag = initiator.nextTag();
    const { pdu } = await text(initiator, ["MaxRecvDataSegmentLength=2048"], { final: false, initiatorTaskTag });
    expect(await largest(initiator)).toBe(1024);
    await text(initiator, [], { initiatorTaskTag, targetTransferTag: pdu.targetTransferTag });
    expect(await largest(initiator)).toBe(2048);
    initiator.close();
  });

  it("is forgotten when another negotiation takes the place of this one", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["MaxRecvDataSegmentLength=1024"]);
    await text(initiator, ["MaxRecvDataSegmentLength=2048"], { final: false });
    await text(initiator, ["X-com.example.a=1"]);
    expect(await largest(initiator)).toBe(1024);
    initiator.close();
  });

  it("is forgotten when a later request of the negotiation is rejected: here the key comes again", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["MaxRecvDataSegmentLength=1024"]);
    const initiatorTaskTag = initiator.nextTag();
    const { pdu } = await text(initiator, ["MaxRecvDataSegmentLength=2048"], { final: false, initiatorTaskTag });
    const { targetTransferTag } = pdu;
    sendText(initiator, ["MaxRecvDataSegmentLength=4096"], { initiatorTaskTag, targetTransferTag });
    expect((await rejected(initiator)).pdu.reason).toBe(REJECT_REASON.protocolError);
    expect(await largest(initiator)).toBe(1024);
    initiator.close();
  });

  it.each(["511", "16777216", "0", "-1", "many", ""])(
    "to %j, which it can't have, is rejected and changes nothing",
    async (value) => {
      const initiator = await ScriptedInitiator.session(target.port, DISK, ["MaxRecvDataSegmentLength=1024"]);
      sendText(initiator, [`MaxRecvDataSegmentLength=${value}`]);
      expect((await rejected(initiator)).pdu.reason).toBe(REJECT_REASON.protocolError);
      expect(await largest(initiator)).toBe(1024);
      initiator.close();
    },
  );
});
