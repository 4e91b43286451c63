/** RFC 7143 appendix C and 11.10: what SendTargets tells, and how a long answer is continued. */
import { describe, expect, it } from "vitest";
import { RESERVED_TAG, TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { REJECT_REASON } from "../../src/wire/pdu/reject.ts";
import { blankTextRequest } from "../../src/wire/pdu/text-request.ts";
import { keysOf, ScriptedInitiator, TEST_UNIT_READY, textOf } from "../support/scripted-initiator.ts";
import { DISK, LOCKED, OTHER, useTarget } from "./target.ts";

const target = useTarget();

async function ask(initiator: ScriptedInitiator, text: string): Promise<string[]> {
  let answer = Buffer.alloc(0);
  let targetTransferTag = RESERVED_TAG;
  const initiatorTaskTag = initiator.nextTag();
  for (let round = 0; round < 50; round++) {
    const { cmdSn, expStatSn } = initiator;
    const fields = { immediate: true, final: true, initiatorTaskTag, targetTransferTag, cmdSn, expStatSn };
    initiator.send({ ...blankTextRequest(), ...fields }, round === 0 ? textOf([text]) : Buffer.alloc(0));
    const { pdu, data } = await initiator.expect(TARGET_OPCODE.textResponse);
    expect(pdu.initiatorTaskTag).toBe(initiatorTaskTag);
    answer = Buffer.concat([answer, data]);
    if (pdu.final) {
      expect([pdu.continues, pdu.targetTransferTag]).toEqual([false, RESERVED_TAG]);
      return keysOf(answer);
    }
    expect(data.length).toBeLessThanOrEqual(512);
    expect(pdu.targetTransferTag).not.toBe(RESERVED_TAG);
    targetTransferTag = pdu.targetTransferTag;
  }
  throw new Error("the answer does not end");
}

async function discovery(keys: readonly string[] = []): Promise<ScriptedInitiator> {
  const initiator = await ScriptedInitiator.connect(target.port);
  await initiator.login(undefined, keys);
  return initiator;
}

const record = (name: string) => [`TargetName=${name}`, `TargetAddress=127.0.0.1:${target.port},7`];
const names = (keys: string[]) => keys.filter((key) => key.startsWith("TargetName=")).sort();

describe("SendTargets", () => {
  it("All in a discovery session lists every target the asker may log in to, with its address", async () => {
    const initiator = await discovery();
    const answer = await ask(initiator, "SendTargets=All");
    expect(names(answer)).toEqual([DISK, LOCKED, OTHER].map((name) => `TargetName=${name}`));
    for (const name of [DISK, LOCKED, OTHER]) {
      const at = answer.indexOf(`TargetName=${name}`);
      expect(answer.slice(at).filter((key) => key.startsWith("TargetAddress="))[0]).toBe(record(name)[1]);
    }
    initiator.close();
  });

  it("with a name tells that target only, and nothing of one that is not there", async () => {
    const initiator = await discovery();
    expect(names(await ask(initiator, `SendTargets=${OTHER}`))).toEqual([`TargetName=${OTHER}`]);
    expect(await ask(initiator, `SendTargets=${OTHER}x`)).toEqual([]);
    initiator.close();
  });

  it("without a value in a normal session tells the session's target only", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    expect(names(await ask(initiator, "SendTargets="))).toEqual([`TargetName=${DISK}`]);
    await initiator.ping();
    initiator.close();
  });

  it("is continued when the initiator takes little at a time", async () => {
    const small = await discovery(["MaxRecvDataSegmentLength=512"]);
    const large = await discovery();
    expect(await ask(small, "SendTargets=All")).toEqual(await ask(large, "SendTargets=All"));
    small.close();
    large.close();
  });
});

describe("text", () => {
  it("with an unknown key is answered NotUnderstood", async () => {
    const initiator = await discovery();
    expect(await ask(initiator, "X-com.example=1")).toEqual(["X-com.example=NotUnderstood"]);
    initiator.close();
  });

  it("may renew MaxRecvDataSegmentLength, which then bounds the data of reads", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    expect(await ask(initiator, "MaxRecvDataSegmentLength=1024")).toEqual([]);
    const { dataIns } = await initiator.read(0, 8);
    for (const { data } of dataIns) expect(data.length).toBeLessThanOrEqual(1024);
    initiator.close();
  });

  it("that negotiates a login key is rejected", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const { cmdSn, expStatSn } = initiator;
    initiator.send(
      { ...blankTextRequest(), immediate: true, initiatorTaskTag: 70, targetTransferTag: RESERVED_TAG, cmdSn, expStatSn },
      textOf(["MaxBurstLength=512"]),
    );
    expect((await initiator.expect(TARGET_OPCODE.reject)).pdu.reason).toBe(REJECT_REASON.protocolError);
    initiator.close();
  });

  it("in a discovery session stands beside Logout only: a SCSI command is rejected", async () => {
    const initiator = await discovery();
    initiator.command(TEST_UNIT_READY);
    const answer = await initiator.receive(1_000);
    expect(answer === undefined || answer.pdu.opcode === TARGET_OPCODE.reject).toBe(true);
    initiator.close();
  });
});
