/** RFC 7143 11.2.1.5, 11.2.1.6 and 13.12: lengths that can't be true, or are never filled, end at most their connection. */
import { describe, expect, it } from "vitest";
import { TARGET_OPCODE } from "../../src/wire/opcode.ts";
import { read10, ScriptedInitiator, write10 } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

describe("a length beyond what was declared", () => {
  it.each([
    ["a SCSI command", 0x01],
    ["a NOP-Out", 0x40],
    ["a Data-Out", 0x05],
    ["a Text Request", 0x44],
  ])("in %s is refused on its header, and nothing is stored for it", async (_what, code) => {
    const healthy = await ScriptedInitiator.session(target.port, DISK);
    const before = await target.process.residentBytes();
    const liars = await Promise.all(Array.from({ length: 20 }, () => ScriptedInitiator.session(target.port, DISK)));
    for (const liar of liars) {
      const header = Buffer.alloc(48);
      header[0] = code;
      header[1] = 0x80;
      header.writeUIntBE(0xffffff, 5, 3);
      header.writeUInt32BE(0x55, 16);
      header.writeUInt32BE(liar.cmdSn, 24);
      liar.sendBytes(header);
    }
    for (const liar of liars) {
      for (const { pdu } of await liar.expectClosed()) expect(pdu.opcode).toBe(TARGET_OPCODE.reject);
    }
    expect((await target.process.residentBytes()) - before).toBeLessThan(64 * 1024 * 1024);
    await healthy.ping();
    healthy.close();
  });
});

describe("a PDU that does not come whole", () => {
  it("leaves the volume as it was when the peer vanishes in the middle of its data", async () => {
    const vanishing = await ScriptedInitiator.session(target.port, DISK);
    const pdu = Buffer.alloc(48 + 1024, 0x44);
    pdu.fill(0, 0, 48);
    pdu[0] = 0x01;
    pdu[1] = 0xa1;
    pdu.writeUIntBE(4096, 5, 3);
    pdu.writeUInt32BE(0x77, 16);
    pdu.writeUInt32BE(4096, 20);
    pdu.writeUInt32BE(vanishing.cmdSn, 24);
    write10(7000, 8).copy(pdu, 32);
    vanishing.sendBytes(pdu);
    await new Promise((resolve) => setTimeout(resolve, 50));
    vanishing.close();
    const other = await ScriptedInitiator.session(target.port, DISK);
    expect((await other.read(7000, 8)).data.equals(Buffer.alloc(4096))).toBe(true);
    other.close();
  });

  it("is understood when it comes byte by byte", async () => {
    const initiator = await ScriptedInitiator.session(target.port, DISK);
    const sendAtOnce = initiator.sendBytes.bind(initiator);
    const pieces: Buffer[] = [];
    initiator.sendBytes = (bytes) => void pieces.push(Buffer.from(bytes));
    const byteByByte = async (): Promise<void> => {
      for (const byte of Buffer.concat(pieces.splice(0))) {
        sendAtOnce(Uint8Array.of(byte));
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const data = Buffer.from(Array.from({ length: 1024 }, (_, index) => (index * 3) & 0xff));
    const write = initiator.command(write10(7100, 2), { write: true, expectedDataTransferLength: 1024, data });
    await byteByByte();
    expect((await initiator.outcome(write)).status).toBe(0);
    const read = initiator.command(read10(7100, 2), { read: true, expectedDataTransferLength: 1024 });
    await byteByByte();
    const outcome = await initiator.outcome(read);
    expect([outcome.status, outcome.data.equals(data)]).toEqual([0, true]);
    initiator.close();
  });
});
