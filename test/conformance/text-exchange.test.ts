/** RFC 7143 11.10 and 11.11: how Text Requests and Text Responses belong together: F, C, the two tags and the LUN. */
import { describe, expect, it } from "vitest";
import { lunFields } from "../../src/wire/lun.ts";
import { RESERVED_TAG, TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { REJECT_REASON } from "../../src/wire/pdu/reject.ts";
import { keysOf, ScriptedInitiator, textOf } from "../support/scripted-initiator.ts";
import { rejected, sendText, text } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

const UNKNOWN = Array.from({ length: 40 }, (_, index) => `X-com.example.${String(index).padStart(20, "k")}=1`);

describe("a Text Response", () => {
  it("to a request without F has no F, and a transfer tag to go on with", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const initiatorTaskTag = initiator.nextTag();
    const first = await text(initiator, ["X-com.example.a=1"], { final: false, initiatorTaskTag });
    expect(first.pdu).toMatchObject({ final: false, continues: false, initiatorTaskTag });
    const { targetTransferTag } = first.pdu;
    expect(targetTransferTag).not.toBe(RESERVED_TAG);
    expect(keysOf(first.data)).toEqual(["X-com.example.a=NotUnderstood"]);
    const last = await text(initiator, [], { initiatorTaskTag, targetTransferTag });
    expect(last.pdu).toMatchObject({ final: true, continues: false, initiatorTaskTag, targetTransferTag: RESERVED_TAG });
    initiator.close();
  });

  it("goes on with C and without F when it does not fit, within what the initiator takes, until the last has F", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["MaxRecvDataSegmentLength=512"]);
    const initiatorTaskTag = initiator.nextTag();
    const pieces: Buffer[] = [];
    let targetTransferTag = RESERVED_TAG;
    for (let round = 0; ; round++) {
      const { pdu, data } = await text(initiator, round === 0 ? UNKNOWN : [], { initiatorTaskTag, targetTransferTag });
      expect(data.length).toBeLessThanOrEqual(512);
      expect(pdu.initiatorTaskTag).toBe(initiatorTaskTag);
      // C means that the list goes on, which is not compatible with F; F means that there is no tag.
      expect([pdu.continues, pdu.targetTransferTag === RESERVED_TAG]).toEqual([!pdu.final, pdu.final]);
      pieces.push(data);
      targetTransferTag = pdu.targetTransferTag;
      if (pdu.final) break;
      expect(round).toBeLessThan(20);
    }
    expect(pieces.length).toBeGreaterThan(2);
    expect(keysOf(Buffer.concat(pieces))).toEqual(UNKNOWN.map((key) => key.replace(/=1$/, "=NotUnderstood")));
    initiator.close();
  });

  it("with a transfer tag has the LUN of the request", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const { pdu } = await text(initiator, ["X-com.example.a=1"], { final: false, ...lunFields(0), lunHigh: 0x00070000 });
    expect(pdu.targetTransferTag).not.toBe(RESERVED_TAG);
    expect(pdu.lunHigh).toBe(0x00070000);
    initiator.close();
  });
});

describe("a Text Request", () => {
  it("may be cut anywhere with C, and is answered when its list is whole", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const whole = textOf(["X-com.example.a=1", "MaxRecvDataSegmentLength=1024", "X-com.example.b=2"]);
    for (const cut of [1, 10, 25, whole.length - 1]) {
      const initiatorTaskTag = initiator.nextTag();
      const begin = await text(initiator, whole.subarray(0, cut), { final: false, continues: true, initiatorTaskTag });
      expect(begin.pdu).toMatchObject({ final: false, continues: false });
      expect(begin.data.length).toBe(0);
      const { targetTransferTag } = begin.pdu;
      const { pdu, data } = await text(initiator, whole.subarray(cut), { initiatorTaskTag, targetTransferTag });
      expect(pdu.final).toBe(true);
      expect(keysOf(data)).toEqual(["X-com.example.a=NotUnderstood", "X-com.example.b=NotUnderstood"]);
    }
    const { dataIns } = await initiator.read(0, 8);
    for (const { data } of dataIns) expect(data.length).toBeLessThanOrEqual(1024);
    initiator.close();
  });

  it("without a transfer tag begins anew: what came before under its task tag is forgotten, with the old transfer tag", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const initiatorTaskTag = initiator.nextTag();
    const old = await text(initiator, Buffer.from("X-com.example.a=1\0X-com"), {
      final: false,
      continues: true,
      initiatorTaskTag,
    });
    const fresh = await text(initiator, ["X-com.example.c=1"], { initiatorTaskTag });
    expect(keysOf(fresh.data)).toEqual(["X-com.example.c=NotUnderstood"]);
    sendText(initiator, [], { initiatorTaskTag, targetTransferTag: old.pdu.targetTransferTag });
    expect((await rejected(initiator)).pdu.reason).toBe(REJECT_REASON.protocolError);
    await initiator.ping();
    initiator.close();
  });

  it("with the transfer tag of another task tag's negotiation is rejected", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const { pdu } = await text(initiator, ["X-com.example.a=1"], { final: false });
    sendText(initiator, [], { targetTransferTag: pdu.targetTransferTag });
    expect((await rejected(initiator)).pdu.reason).toBe(REJECT_REASON.protocolError);
    await initiator.ping();
    initiator.close();
  });

  it("that is longer than what the target takes is refused on its header", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const header = initiator.encode({
      opcode: 4,
      immediate: true,
      final: true,
      continues: false,
      dataSegmentLength: 0,
      ...lunFields(0),
      initiatorTaskTag: 9,
      targetTransferTag: RESERVED_TAG,
      cmdSn: initiator.cmdSn,
      expStatSn: initiator.expStatSn,
    });
    header.writeUIntBE(262_144 + 4, 5, 3);
    initiator.sendBytes(header);
    for (const { pdu } of await initiator.expectClosed()) expect(pdu.opcode).toBe(TARGET_OPCODE.reject);
  });

  it("with F and C is a protocol error", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    sendText(initiator, ["X-com.example.a=1"], { final: true, continues: true });
    expect((await rejected(initiator)).pdu.reason).toBe(REJECT_REASON.protocolError);
    await initiator.ping();
    initiator.close();
  });
});
