/**
 * RFC 7143 6.4 and 7.12: a negotiation may take several Text Requests; what it agrees on holds when it has ended well, and not at all
 * when it fails; no key comes twice in it.
 */
import { describe, expect, it } from "vitest";
import { RESERVED_TAG, TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { REJECT_REASON } from "../../src/wire/pdu/reject.ts";
import { keysOf, ScriptedInitiator } from "../support/scripted-initiator.ts";
import { rejected, sendText, text } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();
const BLOCKS = 8;

/** How large the segments of a read are. */
async function segments(initiator: ScriptedInitiator): Promise<number[]> {
  const outcome = await initiator.read(0, BLOCKS);
  expect(outcome.status).toBe(0);
  return outcome.dataIns.map(({ data }) => data.length);
}

const LARGE = [BLOCKS * 512];
const SMALL = Array.from({ length: 4 }, () => 1024);

/** A first request without F: what it declares, and where it may go on. */
async function begin(initiator: ScriptedInitiator, keys: readonly string[]) {
  const initiatorTaskTag = initiator.nextTag();
  const { pdu } = await text(initiator, keys, { final: false, initiatorTaskTag });
  expect(pdu).toMatchObject({ final: false, continues: false });
  expect(pdu.targetTransferTag).not.toBe(RESERVED_TAG);
  return { initiatorTaskTag, targetTransferTag: pdu.targetTransferTag };
}

describe("a negotiation of several Text Requests", () => {
  it("takes keys in each of them, and its result holds from its end on", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const tags = await begin(initiator, ["MaxRecvDataSegmentLength=1024"]);
    expect(await segments(initiator)).toEqual(LARGE);
    const last = await text(initiator, ["X-com.example.a=1"], tags);
    expect(last.pdu).toMatchObject({ final: true, targetTransferTag: RESERVED_TAG });
    expect(keysOf(last.data)).toEqual(["X-com.example.a=NotUnderstood"]);
    expect(await segments(initiator)).toEqual(SMALL);
    initiator.close();
  });

  it("may end with an empty request", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const tags = await begin(initiator, ["MaxRecvDataSegmentLength=1024"]);
    const last = await text(initiator, [], tags);
    expect([last.pdu.final, last.data.length]).toEqual([true, 0]);
    expect(await segments(initiator)).toEqual(SMALL);
    initiator.close();
  });

  it.each([
    ["a key that came before", "MaxRecvDataSegmentLength=2048"],
    ["an unknown key that came before", "X-com.example.a=2"],
    ["a key of the login", "MaxBurstLength=512"],
  ])("is rejected when %s comes, and leaves everything as it was", async (_what, key) => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const tags = await begin(initiator, ["MaxRecvDataSegmentLength=1024", "X-com.example.a=1"]);
    sendText(initiator, [key], tags);
    expect((await rejected(initiator)).pdu.reason).toBe(REJECT_REASON.protocolError);
    expect(await segments(initiator)).toEqual(LARGE);
    // The negotiation is over: its transfer tag is not known any more.
    sendText(initiator, [], tags);
    expect((await rejected(initiator)).pdu.reason).toBe(REJECT_REASON.protocolError);
    initiator.close();
  });

  it("is forgotten when the initiator begins anew without a transfer tag", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const { initiatorTaskTag } = await begin(initiator, ["MaxRecvDataSegmentLength=1024"]);
    sendText(initiator, ["X-com.example.a=1"], { initiatorTaskTag });
    expect((await initiator.expect(TARGET_OPCODE.textResponse)).pdu.final).toBe(true);
    expect(await segments(initiator)).toEqual(LARGE);
    initiator.close();
  });

  it("may bring 8,192 bytes of keys, over as many requests as it likes", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const keys = Array.from({ length: 32 }, (_, n) => `X-com.example.${String(n).padStart(2, "0")}=`.padEnd(255, "v"));
    expect(Buffer.byteLength(`${keys.join("\0")}\0`)).toBe(8192);
    const tags = await begin(initiator, keys.slice(0, 8));
    const { pdu, data } = await text(initiator, keys.slice(8), tags);
    expect(pdu.final).toBe(true);
    expect(keysOf(data).filter((key) => key.endsWith("=NotUnderstood"))).toHaveLength(24);
    initiator.close();
  });
});
