/** RFC 7143 11, 11.1 and 11.2.1: what a PDU leaves reserved is sent as zero and ignored when it comes; segments are padded. */
import { describe, expect, it } from "vitest";
import { BHS_LENGTH, paddingOf } from "../../src/wire/bhs.ts";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { encodeTargetPdu, TARGET_PDU } from "../../src/wire/pdu/pdu.ts";
import {
  INITIATOR_NAME,
  type Received,
  read10,
  ScriptedInitiator,
  TEST_UNIT_READY,
  write10,
} from "../support/scripted-initiator.ts";
import { logout, manage, rejected, sendNopOut, text } from "./requests.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget("nop_idle_ms = 200");

/** One PDU of every kind that a session brings about. */
async function everyKind(): Promise<Received[]> {
  const all: Received[] = [];
  const initiator = await ScriptedInitiator.connect(target.port);
  const take = initiator.receive.bind(initiator);
  initiator.receive = async (timeoutMs) => {
    const received = await take(timeoutMs);
    if (received !== undefined) all.push(received);
    return received;
  };
  const keys = ["MaxRecvDataSegmentLength=512", "InitialR2T=Yes", "ImmediateData=No"];
  await initiator.login(DISK, keys);
  await initiator.settle();
  await initiator.read(0, 4);
  const tag = initiator.command(write10(0, 1), { lun: 0, write: true, expectedDataTransferLength: 512 });
  const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
  initiator.dataOut(tag, Buffer.alloc(512), {}, pdu);
  await initiator.outcome(tag);
  await initiator.run(read10(0xffffffff, 1), { read: true, expectedDataTransferLength: 512 });
  await initiator.ping(Buffer.from("odd"));
  await text(initiator, ["X-com.example=1"]);
  await manage(initiator, { function: 5 });
  initiator.sendBytes(unknownOpcode(initiator));
  await rejected(initiator);
  await initiator.expect(TARGET_OPCODE.nopIn, 2_000);
  await logout(initiator);
  return all;
}

function unknownOpcode(initiator: ScriptedInitiator): Buffer {
  const header = Buffer.alloc(BHS_LENGTH);
  header[0] = 0x5c;
  header.writeUInt32BE(initiator.cmdSn, 24);
  return header;
}

describe("a PDU of the target", () => {
  it("has nothing in what its format leaves reserved, whatever its kind, and no additional header", async () => {
    const all = await everyKind();
    const kinds = new Set(all.map(({ pdu }) => pdu.opcode));
    const rare = TARGET_OPCODE.asyncMessage;
    expect([...kinds].sort()).toEqual(
      Object.keys(TARGET_PDU)
        .map(Number)
        .filter((code) => code !== rare)
        .sort(),
    );
    for (const { pdu, header } of all) {
      const again = Buffer.alloc(BHS_LENGTH);
      encodeTargetPdu(pdu, again, 0);
      // Decoding drops every reserved bit, so a difference is one.
      expect(header.toString("hex"), TARGET_PDU[pdu.opcode].name).toBe(again.toString("hex"));
      expect(header[4], "TotalAHSLength").toBe(0);
    }
  });

  it("leaves fields zero that have no meaning in it", async () => {
    for (const { pdu } of await everyKind()) {
      if (pdu.opcode === TARGET_OPCODE.dataIn) {
        expect(pdu).toMatchObject({ lunHigh: 0, lunLow: 0, targetTransferTag: 0xffffffff, acknowledge: false });
        if (!pdu.hasStatus) {
          expect(pdu).toMatchObject({ statSn: 0, status: 0, residualCount: 0 });
          expect([pdu.residualOverflow, pdu.residualUnderflow]).toEqual([false, false]);
        }
      } else if (pdu.opcode === TARGET_OPCODE.scsiResponse) {
        expect(pdu).toMatchObject({ snackTag: 0, bidirectionalReadResidualCount: 0 });
        expect([pdu.bidirectionalReadOverflow, pdu.bidirectionalReadUnderflow]).toEqual([false, false]);
        if (!pdu.residualOverflow && !pdu.residualUnderflow) expect(pdu.residualCount).toBe(0);
      } else if (pdu.opcode === TARGET_OPCODE.reject) {
        expect(pdu.dataSn).toBe(0);
      }
    }
  });

  it.each([1, 2, 3, 4])("with %i bytes of data is padded with zeroes to a multiple of four", async (length) => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const raw: Buffer[] = [];
    initiator.socket.on("data", (chunk: Buffer) => raw.push(chunk));
    await initiator.ping(Buffer.alloc(length, 0xee));
    const bytes = Buffer.concat(raw);
    expect(bytes.length).toBe(BHS_LENGTH + length + paddingOf(length));
    expect(bytes.readUIntBE(5, 3)).toBe(length);
    expect(bytes.subarray(BHS_LENGTH + length).every((byte) => byte === 0)).toBe(true);
    initiator.close();
  });
});

/** Sets bits of the header that mean nothing in this request: [offset, bits] pairs, or whole ranges as [from, to, bits]. */
function noise(...places: readonly (readonly number[])[]): { tamper: (header: Buffer) => void } {
  return {
    tamper: (header) => {
      for (const [from = 0, toOrBits = 0, bits] of places) {
        const end = bits === undefined ? from + 1 : toOrBits;
        for (let at = from; at < end; at++) header[at] = (header[at] ?? 0) | (bits ?? toOrBits);
      }
    },
  };
}

describe("reserved bits of a request change nothing", () => {
  it("of a Login Request", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    const request = initiator.send.bind(initiator);
    initiator.send = (pdu, data) => request(pdu, data, noise([0, 0x80], [1, 0x30], [22, 24, 0xff], [32, 48, 0xff]));
    const { pdu } = await initiator.loginRequest([`InitiatorName=${INITIATOR_NAME}`, `TargetName=${DISK}`]);
    expect(pdu).toMatchObject({ statusClass: 0, transit: true, nextStage: 3 });
    initiator.close();
  });

  it("of a SCSI Command and of Data-Out", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK, ["InitialR2T=Yes", "ImmediateData=No"]);
    const data = Buffer.alloc(512, 0x2b);
    const fields = { write: true, expectedDataTransferLength: 512 };
    const tag = initiator.command(write10(900, 1), { ...fields, ...noise([0, 0x80], [1, 0x18], [2, 4, 0xff]) });
    const { pdu } = await initiator.expect(TARGET_OPCODE.r2t);
    const places = noise([0, 0xc0], [1, 0x7f], [2, 4, 0xff], [24, 28, 0xff], [32, 36, 0xff], [44, 48, 0xff]);
    initiator.dataOut(tag, data, {}, pdu, places);
    expect((await initiator.outcome(tag)).status).toBe(0);
    expect((await initiator.read(900, 1)).data.equals(data)).toBe(true);
    initiator.close();
  });

  it("of NOP-Out, of a task management function, of Text and of Logout", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const tag = sendNopOut(initiator, {}, Buffer.from("hey"), noise([0, 0x80], [1, 0x7f], [2, 4, 0xff], [32, 48, 0xff]));
    const { pdu, data } = await initiator.expect(TARGET_OPCODE.nopIn);
    expect([pdu.initiatorTaskTag, data.toString()]).toEqual([tag, "hey"]);
    const places = noise([0, 0x80], [2, 4, 0xff], [40, 48, 0xff]);
    expect((await manage(initiator, { function: 2 }, places)).pdu.response).toBe(0);
    const answer = await text(initiator, ["X-com.example=1"], {}, noise([0, 0x80], [1, 0x3f], [2, 4, 0xff], [32, 48, 0xff]));
    expect(answer.data.toString()).toBe("X-com.example=NotUnderstood\0");
    expect((await initiator.run(TEST_UNIT_READY)).status).toBe(0);
    const rest = noise([0, 0x80], [2, 4, 0xff], [8, 16, 0xff], [22, 24, 0xff], [32, 48, 0xff]);
    expect((await logout(initiator, {}, rest)).pdu.response).toBe(0);
    await initiator.expectClosed();
  });
});
