/** RFC 7143 6.2 and 11.12.2: keys may be spread over login requests with the C bit. */
import { describe, expect, it } from "vitest";
import { INITIATOR_NAME, keysOf, ScriptedInitiator, textOf } from "../support/scripted-initiator.ts";
import { DISK, useTarget } from "./target.ts";

const target = useTarget();

const TEXT = textOf([`InitiatorName=${INITIATOR_NAME}`, `TargetName=${DISK}`, "InitialR2T=No"]);

describe("a login continued with the C bit", () => {
  it.each([1, 20, TEXT.length - 1])("after %i bytes succeeds", async (cut) => {
    const initiator = await ScriptedInitiator.connect(target.port);
    const first = await initiator.loginRequest(TEXT.subarray(0, cut), { continues: true, transit: false, nextStage: 0 });
    expect(first.pdu).toMatchObject({ statusClass: 0, transit: false, continues: false, currentStage: 1, tsih: 0 });
    expect(first.data.length).toBe(0);
    const last = await initiator.loginRequest(TEXT.subarray(cut));
    expect(last.pdu).toMatchObject({ statusClass: 0, transit: true, nextStage: 3 });
    expect(last.pdu.statSn).toBe(first.pdu.statSn + 1);
    expect(keysOf(last.data)).toContain("InitialR2T=No");
    initiator.close();
  });

  it("with T as well is an initiator error", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    const { pdu } = await initiator.loginRequest(TEXT, { continues: true });
    expect(pdu).toMatchObject({ statusClass: 2, statusDetail: 0 });
    await initiator.expectClosed();
  });

  it("without end is refused within the bounds of a login", async () => {
    const initiator = await ScriptedInitiator.connect(target.port);
    let refused = false;
    for (let n = 0; n < 100 && !refused; n++) {
      const { pdu } = await initiator.loginRequest(Buffer.alloc(4096, 0x61), { continues: true, transit: false, nextStage: 0 });
      refused = pdu.statusClass === 2;
    }
    expect(refused).toBe(true);
    await initiator.expectClosed();
  });
});
