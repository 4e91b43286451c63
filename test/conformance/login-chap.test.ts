/** RFC 7143 12.1.3: one-way CHAP over the wire; a wrong response ends in 0201h and a closed connection. */

import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { INITIATOR_NAME, keysOf, ScriptedInitiator } from "../support/scripted-initiator.ts";
import { CHAP_SECRET, LOCKED, MUTUAL_SECRET, useTarget } from "./target.ts";

const target = useTarget();

async function answerChallenge(
  secret: string,
  counter: (challenge: Buffer) => readonly string[] = () => [],
): Promise<{ initiator: ScriptedInitiator; status: number; transit: boolean; keys: string[] }> {
  const initiator = await ScriptedInitiator.connect(target.port);
  const stage = { currentStage: 0, nextStage: 1 };
  const names = [`InitiatorName=${INITIATOR_NAME}`, `TargetName=${LOCKED}`];
  const method = await initiator.loginRequest([...names, "AuthMethod=CHAP,None"], stage);
  expect(keysOf(method.data)).toEqual(["AuthMethod=CHAP", "TargetPortalGroupTag=7"]);
  const offer = keysOf((await initiator.loginRequest(["CHAP_A=6,5,7"], { ...stage, transit: false })).data);
  const value = (key: string) => offer.find((each) => each.startsWith(`${key}=`))?.slice(key.length + 1) ?? "";
  expect(value("CHAP_A")).toBe("5");
  const challenge = Buffer.from(value("CHAP_C").slice(2), "hex");
  const digest = createHash("md5")
    .update(Uint8Array.of(Number(value("CHAP_I"))))
    .update(secret)
    .update(challenge)
    .digest("hex");
  const { pdu, data } = await initiator.loginRequest(["CHAP_N=host", `CHAP_R=0x${digest}`, ...counter(challenge)], stage);
  return { initiator, status: (pdu.statusClass << 8) | pdu.statusDetail, transit: pdu.transit, keys: keysOf(data) };
}

describe("CHAP", () => {
  it("lets in who knows the secret", async () => {
    const { initiator, status, transit } = await answerChallenge(CHAP_SECRET);
    expect({ status, transit }).toEqual({ status: 0, transit: true });
    const { pdu } = await initiator.loginRequest(["InitialR2T=No"]);
    expect(pdu).toMatchObject({ statusClass: 0, transit: true, nextStage: 3 });
    initiator.close();
  });

  it("proves the target's own name to who asks for it", async () => {
    const theirs = Buffer.from("a challenge of the initiator");
    const { initiator, status, keys } = await answerChallenge(CHAP_SECRET, () => [
      "CHAP_I=200",
      `CHAP_C=0b${theirs.toString("base64")}`,
    ]);
    expect(status).toBe(0);
    const digest = createHash("md5").update(Uint8Array.of(200)).update(MUTUAL_SECRET).update(theirs).digest("hex");
    expect(keys).toEqual(["CHAP_N=san", `CHAP_R=0x${digest}`]);
    initiator.close();
  });

  it("refuses its own challenge sent back", async () => {
    const { initiator, status } = await answerChallenge(CHAP_SECRET, (ours) => [
      "CHAP_I=1",
      `CHAP_C=0x${ours.toString("hex")}`,
    ]);
    expect(status).toBe(0x0201);
    expect(await initiator.expectClosed()).toEqual([]);
  });

  it("refuses who does not with 0201h and closes", async () => {
    const { initiator, status } = await answerChallenge("wrong horse battery");
    expect(status).toBe(0x0201);
    expect(await initiator.expectClosed()).toEqual([]);
  });

  it("never gives the same challenge twice", async () => {
    const seen = new Set<string>();
    for (let n = 0; n < 8; n++) {
      const initiator = await ScriptedInitiator.connect(target.port);
      const stage = { currentStage: 0, nextStage: 1, transit: false };
      await initiator.loginRequest([`InitiatorName=${INITIATOR_NAME}`, `TargetName=${LOCKED}`, "AuthMethod=CHAP"], stage);
      seen.add(keysOf((await initiator.loginRequest(["CHAP_A=7"], stage)).data).join());
      initiator.close();
    }
    expect(seen.size).toBe(8);
  });
});
