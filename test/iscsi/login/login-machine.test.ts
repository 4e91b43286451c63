/** RFC 7143 6.3, 11.12, 11.13 and the login examples of appendix B. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../../../src/common/limits.ts";
import { chapResponse } from "../../../src/iscsi/login/chap.ts";
import type { LoginOutcome } from "../../../src/iscsi/login/login-machine.ts";
import type { LoginDecision } from "../../../src/iscsi/login/login-policy.ts";
import type { LoginRequest } from "../../../src/wire/pdu/login-request.ts";
import { INITIATOR, ISID, keysOf, knownBytes, LoginDriver, NAMES, OPEN, statusOf, TARGET } from "./login-driver.ts";

const WITH_CHAP: Extract<LoginDecision, { kind: "admitted" }> = {
  kind: "admitted",
  auth: "chap",
  credentials: { algorithms: ["sha256"], find: () => ({ secret: "correct horse" }) },
  target: "the target",
};
const OURS = "MaxRecvDataSegmentLength=262144";

describe("the examples of RFC 7143 appendix B", () => {
  it("login with CHAP, then operational parameters in two requests", () => {
    const driver = new LoginDriver(WITH_CHAP);
    let outcome = driver.send("0,1", 0, [...NAMES, "AuthMethod=KRB5,SRP,CHAP,None"]);
    expect(outcome).toMatchObject({ kind: "respond", transit: false, currentStage: 0 });
    expect(keysOf(outcome)).toEqual(["AuthMethod=CHAP", "TargetPortalGroupTag=1"]);
    outcome = driver.send("0,1", 0, ["CHAP_A=5,7"]);
    expect(keysOf(outcome)).toEqual(["CHAP_A=7", "CHAP_I=28", `CHAP_C=0x${knownBytes(32).toString("hex")}`]);
    const response = chapResponse("sha256", 28, "correct horse", knownBytes(32)).toString("hex");
    outcome = driver.send("0,1", 1, ["CHAP_N=user", `CHAP_R=0x${response}`]);
    expect(outcome).toMatchObject({ kind: "respond", transit: true, currentStage: 0, nextStage: 1 });
    outcome = driver.send("1,3", 0, ["HeaderDigest=CRC32C,None", "DataDigest=None"]);
    expect(outcome).toMatchObject({ kind: "respond", transit: false, currentStage: 1, nextStage: 0 });
    expect(keysOf(outcome)).toEqual(["HeaderDigest=CRC32C", "DataDigest=None", OURS]);
    outcome = driver.send("1,3", 1, ["InitialR2T=No"]);
    expect(outcome).toMatchObject({ kind: "complete", transit: true, currentStage: 1, nextStage: 3 });
    expect(keysOf(outcome)).toEqual(["InitialR2T=No"]);
  });

  it("login where the security stage settles on no authentication", () => {
    const driver = new LoginDriver();
    let outcome = driver.send("0,1", 1, [...NAMES, "AuthMethod=None"]);
    expect(outcome).toMatchObject({ kind: "respond", transit: true, currentStage: 0, nextStage: 1 });
    expect(keysOf(outcome)).toEqual(["AuthMethod=None", "TargetPortalGroupTag=1"]);
    outcome = driver.send("1,3", 1, ["HeaderDigest=None"]);
    expect(outcome).toMatchObject({ kind: "complete", transit: true, currentStage: 1, nextStage: 3 });
  });

  it("login that begins in the operational stage", () => {
    const outcome = new LoginDriver().send("1,3", 1, [...NAMES, "ImmediateData=Yes"]);
    expect(outcome).toMatchObject({ kind: "complete", transit: true, currentStage: 1, nextStage: 3 });
    expect(keysOf(outcome)).toEqual(["ImmediateData=Yes", "TargetPortalGroupTag=1", OURS]);
  });

  it("login without any offer, straight from the security stage, keeps every default", () => {
    const outcome = new LoginDriver().send("0,3", 1, NAMES);
    expect(keysOf(outcome)).toEqual(["TargetPortalGroupTag=1"]);
    if (outcome.kind !== "complete") throw new Error("not complete");
    expect(outcome.result.parameters).toMatchObject({
      TargetMaxRecvDataSegmentLength: 8192,
      DefaultTime2Retain: 20,
      InitialR2T: true,
    });
  });
});

describe("the result", () => {
  it("tells the session what was agreed", () => {
    const driver = new LoginDriver({ ...OPEN, targetAlias: "vm store" });
    const keys = [
      "InitiatorName=IQN.1999-07.com.os:Hostid.77",
      `TargetName=${TARGET.toUpperCase()}`,
      "InitiatorAlias=Büro",
      "SessionType=Normal",
      "MaxRecvDataSegmentLength=65536",
      "InitialR2T=No",
      "MaxOutstandingR2T=4",
    ];
    const outcome = driver.send("1,3", 1, keys, { isid: 0xff, connectionId: 9, tsih: 3 });
    expect(keysOf(outcome)).toContain("TargetAlias=vm store");
    expect(outcome.kind === "complete" && outcome.result).toMatchObject({
      initiatorName: INITIATOR,
      initiatorAlias: "Büro",
      targetName: TARGET,
      sessionType: "Normal",
      isid: "0000000000ff",
      tsih: 3,
      cid: 9,
      authentication: { method: "none" },
      target: "the target",
      parameters: {
        MaxRecvDataSegmentLength: 65536,
        TargetMaxRecvDataSegmentLength: 262144,
        InitialR2T: false,
        MaxOutstandingR2T: 4,
      },
    });
    expect(driver.questions).toEqual([
      { initiatorName: INITIATOR, targetName: TARGET, address: "192.0.2.7", portalGroupTag: 1 },
    ]);
  });

  it("of a discovery session has no target, even when one is named", () => {
    const driver = new LoginDriver();
    const outcome = driver.send("1,3", 1, [...NAMES, "SessionType=Discovery"]);
    expect(outcome.kind === "complete" && outcome.result).toMatchObject({ targetName: undefined, sessionType: "Discovery" });
    // RFC 7143 6.3.1: the tag is told for all session types when a target is named.
    expect(keysOf(outcome)).toEqual(["TargetPortalGroupTag=1", OURS]);
  });

  it("does not carry the alias of the target before the initiator has proved its name", () => {
    const driver = new LoginDriver({ ...WITH_CHAP, targetAlias: "vm store" });
    expect(keysOf(driver.send("0,1", 1, [...NAMES, "AuthMethod=CHAP"]))).toEqual(["AuthMethod=CHAP", "TargetPortalGroupTag=1"]);
  });
});

/** What is wrong with the first request, its keys, its fields, the status that answers it. */
const FIRST_REQUESTS: readonly (readonly [string, readonly string[], Partial<LoginRequest>, string])[] = [
  ["no InitiatorName", [`TargetName=${TARGET}`], {}, "0207"],
  ["no TargetName", [`InitiatorName=${INITIATOR}`], {}, "0207"],
  ["no TargetName in a session said to be normal", [`InitiatorName=${INITIATOR}`, "SessionType=Normal"], {}, "0207"],
  ["no keys at all", [], {}, "0207"],
  ["an unknown session type", [...NAMES, "SessionType=Boot"], {}, "0209"],
  ["an empty InitiatorName", ["InitiatorName=", `TargetName=${TARGET}`], {}, "0200"],
  ["white space in InitiatorName", ["InitiatorName=iqn.1999-07.com.os: x", `TargetName=${TARGET}`], {}, "0200"],
  ["an InitiatorName of 224 bytes", [`InitiatorName=iqn.${"x".repeat(220)}`, `TargetName=${TARGET}`], {}, "0200"],
  ["a key twice", [...NAMES, "InitialR2T=No", "InitialR2T=No"], {}, "0200"],
  ["an unknown key twice", [...NAMES, "X-a=1", "X-a=2"], {}, "0200"],
  ["a line without =", [...NAMES, "InitialR2T"], {}, "0200"],
  ["a line without key", [...NAMES, "=No"], {}, "0200"],
  ["a minimal version above ours", NAMES, { versionMin: 1, versionMax: 2 }, "0205"],
  ["stage 2", NAMES, { currentStage: 2 }, "0200"],
  ["stage 3", NAMES, { currentStage: 3 }, "0200"],
  ["a transition to stage 2", NAMES, { nextStage: 2 }, "0200"],
  ["a transition to the stage it is in", NAMES, { nextStage: 1 }, "0200"],
  ["a transition backwards", NAMES, { nextStage: 0 }, "0200"],
  ["T and C together", NAMES, { continues: true }, "0200"],
];

describe("a first request", () => {
  it.each(FIRST_REQUESTS)("with %s is refused", (_what, keys, fields, status) => {
    expect(statusOf(new LoginDriver().send("1,3", 1, keys, fields))).toBe(status);
  });

  it("with a higher maximal version is taken, and NSG is ignored without T", () => {
    expect(statusOf(new LoginDriver().send("1,3", 1, NAMES, { versionMax: 5 }))).toBe("complete");
    expect(statusOf(new LoginDriver().send("1,2", 0, NAMES))).toBe("respond");
  });

  it.each([
    [0x0202, "0202"],
    [0x0203, "0203"],
    [0x0301, "0301"],
  ])("that the policy refuses with %i is answered so", (status, text) => {
    const driver = new LoginDriver({
      kind: "refused",
      statusClass: status >> 8,
      statusDetail: status & 0xff,
      reason: "because",
    });
    expect(driver.send("0,1", 1, NAMES)).toMatchObject({ kind: "refuse", reason: "because" });
    expect(
      statusOf(
        new LoginDriver({ kind: "refused", statusClass: status >> 8, statusDetail: status & 0xff, reason: "x" }).send(
          "0,1",
          1,
          NAMES,
        ),
      ),
    ).toBe(text);
  });
});

describe("a later request", () => {
  it.each([
    ["another ISID", { isid: ISID + 1 }],
    ["another TSIH", { tsih: 1 }],
    ["another CID", { connectionId: 2 }],
    ["another task tag", { initiatorTaskTag: 8 }],
    ["the next stage before its time", { currentStage: 1 }],
  ])("with %s is refused with 0200h", (_what, fields) => {
    const driver = new LoginDriver();
    driver.send("0,0", 0, NAMES);
    expect(statusOf(driver.send("0,0", 0, [], fields))).toBe("0200");
  });

  it("may not go back to the security stage", () => {
    const driver = new LoginDriver();
    driver.send("0,1", 1, NAMES);
    expect(statusOf(driver.send("0,1", 1, []))).toBe("0200");
  });

  it.each([...NAMES, "SessionType=Discovery", "HeaderDigest=None"])("may not repeat or change %s", (key) => {
    const driver = new LoginDriver();
    driver.send("1,3", 0, [...NAMES, "SessionType=Normal", "HeaderDigest=None"]);
    expect(statusOf(driver.send("1,3", 1, [key]))).toBe("0200");
  });

  it("may not bring SessionType late", () => {
    const driver = new LoginDriver();
    driver.send("1,3", 0, NAMES);
    expect(statusOf(driver.send("1,3", 1, ["SessionType=Discovery"]))).toBe("0200");
  });

  it("after the end is refused with 020Bh", () => {
    const driver = new LoginDriver();
    expect(statusOf(driver.send("1,3", 1, NAMES))).toBe("complete");
    expect(statusOf(driver.send("1,3", 1, []))).toBe("020b");
  });

  it("may be empty and hold no transition, up to the bound on requests", () => {
    const driver = new LoginDriver(OPEN, { login_pdus: 8 });
    driver.send("1,3", 0, NAMES);
    for (let request = 2; request <= 8; request++) expect(statusOf(driver.send("1,3", 0, []))).toBe("respond");
    expect(statusOf(driver.send("1,3", 1, []))).toBe("0200");
  });

  it("declares our MaxRecvDataSegmentLength once", () => {
    const driver = new LoginDriver();
    expect(keysOf(driver.send("1,3", 0, NAMES))).toContain(OURS);
    expect(keysOf(driver.send("1,3", 1, []))).toEqual([]);
  });
});

describe("a key list continued with the C bit", () => {
  it("may be cut at every byte", () => {
    const text = Buffer.from([...NAMES, "InitialR2T=No"].map((key) => `${key}\0`).join(""));
    for (let cut = 0; cut <= text.length; cut++) {
      const driver = new LoginDriver();
      const chunk = Buffer.from(text.subarray(0, cut));
      expect(driver.raw("1,0", 0, chunk, { continues: true })).toMatchObject({
        kind: "respond",
        transit: false,
        continues: false,
        text: Buffer.alloc(0),
      });
      chunk.fill(0xff);
      const outcome = driver.raw("1,3", 1, text.subarray(cut));
      expect(keysOf(outcome)).toEqual(["InitialR2T=No", "TargetPortalGroupTag=1", OURS]);
      expect(outcome.kind).toBe("complete");
    }
  });

  it("is bounded in bytes, in keys and in requests", () => {
    const bytes = new LoginDriver(OPEN, { login_bytes: 20_000 });
    expect(statusOf(bytes.raw("1,0", 0, Buffer.alloc(8192, 0x61), { continues: true }))).toBe("respond");
    expect(statusOf(bytes.raw("1,0", 0, Buffer.alloc(8192, 0x61), { continues: true }))).toBe("respond");
    expect(statusOf(bytes.raw("1,0", 0, Buffer.alloc(8192, 0x61), { continues: true }))).toBe("0200");

    const requests = new LoginDriver(OPEN, { login_pdus: 8 });
    for (let request = 1; request <= 8; request++)
      expect(statusOf(requests.raw("1,0", 0, Buffer.alloc(0), { continues: true }))).toBe("respond");
    expect(statusOf(requests.raw("1,0", 0, Buffer.alloc(0), { continues: true }))).toBe("0200");

    const keys = new LoginDriver();
    const many = Array.from({ length: 126 }, (_, index) => `X-${index}=1`);
    expect(statusOf(keys.send("1,3", 0, [...NAMES, ...many]))).toBe("respond");
    expect(statusOf(keys.send("1,3", 1, ["X-last=1"]))).toBe("0200");
  });

  it("may not exceed 8 KiB in one request", () => {
    expect(statusOf(new LoginDriver().raw("1,0", 0, Buffer.alloc(8193, 0x61), { continues: true }))).toBe("0200");
  });

  it("of 2,048 keys a=b gets a refusal, not 32 KiB of answers", () => {
    expect(statusOf(new LoginDriver().raw("1,3", 1, Buffer.from("a=b\0".repeat(2048))))).toBe("0200");
  });
});

describe("an answer longer than one response", () => {
  const limits = { login_response_bytes: 64 * 1024, login_keys: 1024 };
  const name = (index: number) => `X-${String(index).padStart(56, "k")}`;
  const first = [...NAMES, ...Array.from({ length: 130 }, (_, index) => `${name(index)}=`)];

  it("is continued with the C bit, and the transition waits for its end", () => {
    const driver = new LoginDriver(OPEN, limits);
    const begin = driver.send("1,3", 1, first);
    expect(begin).toMatchObject({ kind: "respond", continues: true, transit: false, currentStage: 1, nextStage: 0 });
    expect(begin.kind === "respond" && begin.text.length).toBe(8192);
    const end = driver.send("1,3", 1, []);
    expect(end).toMatchObject({ kind: "complete", continues: false, transit: true });
    const text = Buffer.concat([begin, end].map((each) => (each.kind === "refuse" ? Buffer.alloc(0) : each.text))).toString();
    expect(text.split("\0").filter((line) => line.endsWith("=NotUnderstood"))).toHaveLength(130);
  });

  it("may not be interrupted by keys or a continuation", () => {
    const keys = new LoginDriver(OPEN, limits);
    keys.send("1,3", 1, first);
    expect(statusOf(keys.send("1,3", 1, ["InitialR2T=No"]))).toBe("0200");
    const continued = new LoginDriver(OPEN, limits);
    continued.send("1,3", 1, first);
    expect(statusOf(continued.send("1,0", 0, [], { continues: true }))).toBe("0200");
  });

  it("is refused beyond limits.login_response_bytes", () => {
    expect(statusOf(new LoginDriver(OPEN, { login_keys: 1024 }).send("1,3", 1, first))).toBe("0200");
  });
});

describe("any bytes", () => {
  const word = fc.constantFrom(
    ...NAMES,
    "SessionType=Discovery",
    "AuthMethod=CHAP,None",
    "CHAP_A=5,7",
    "CHAP_N=x",
    "CHAP_R=0x00",
    "CHAP_I=1",
    "CHAP_C=0bAAAA",
    "HeaderDigest=CRC32C",
    "MaxBurstLength=",
    "FirstBurstLength=0x",
    "__proto__=1",
    "toString=1",
    "=",
    "\0",
    "SendTargets=All",
    "InitiatorName=\u00ad",
    "MaxRecvDataSegmentLength=1e9",
  );
  const text = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc
      .array(fc.oneof(word, fc.string({ maxLength: 40 })), { maxLength: 12 })
      .map((words) => Buffer.from(words.map((each) => `${each}\0`).join(""))),
    fc.tuple(fc.array(word, { maxLength: 8 }), fc.nat(), fc.nat(255)).map(([words, at, value]) => {
      const bytes = Buffer.from([...NAMES, ...words].map((each) => `${each}\0`).join(""));
      bytes[at % bytes.length] = value;
      return bytes;
    }),
  );
  const request = fc.record({
    text,
    transit: fc.boolean(),
    continues: fc.boolean(),
    currentStage: fc.nat(3),
    nextStage: fc.nat(3),
  });

  it.each([
    ["none", OPEN],
    ["chap", WITH_CHAP],
  ])("as text end in a bounded answer or a defined refusal, never in another error (auth %s)", (auth, decision) => {
    fc.assert(
      fc.property(fc.array(request, { minLength: 1, maxLength: 6 }), (requests) => {
        const driver = new LoginDriver(decision);
        let sent = 0;
        for (const { text: bytes, ...fields } of requests) {
          const outcome: LoginOutcome = driver.raw("0,0", 0, bytes, fields);
          if (outcome.kind === "refuse") {
            expect([2, 3]).toContain(outcome.statusClass);
            expect(outcome.reason.length).toBeLessThan(400);
            expect(outcome.reason).not.toMatch(/\p{Cc}/u);
            return;
          }
          sent += outcome.text.length;
          expect(outcome.text.length).toBeLessThanOrEqual(8192);
          expect(sent).toBeLessThanOrEqual(DEFAULT_LIMITS.login_response_bytes);
          expect(outcome.transit && outcome.continues).toBe(false);
          if (outcome.kind === "complete") {
            expect(auth).toBe("none");
            return;
          }
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a target that is elsewhere", () => {
  const moved = (permanent: boolean): LoginDecision => ({
    kind: "redirected",
    address: "[2001:db8::1]:3260",
    permanent,
    reason: "the configuration says so",
  });

  it.each([
    ["0101", false, "0,1"],
    ["0101", false, "1,3"],
    ["0102", true, "0,1"],
  ])("is answered %s on the first whole key list, with TargetAddress and nothing else", (status, permanent, stages) => {
    const driver = new LoginDriver(moved(permanent));
    const outcome = driver.send(stages, 1, [...NAMES, "InitiatorAlias=host"]);
    expect(statusOf(outcome)).toBe(status);
    expect(outcome.kind === "refuse" && outcome.text.toString()).toBe("TargetAddress=[2001:db8::1]:3260\0");
    const late = driver.send(stages, 1, []);
    expect([statusOf(late), late]).toMatchObject(["020b", { text: Buffer.alloc(0) }]);
  });

  it("is not told before the list with the names is whole", () => {
    const driver = new LoginDriver(moved(false));
    expect(driver.send("1,3", 0, NAMES, { continues: true })).toMatchObject({ kind: "respond", transit: false });
    expect(driver.questions).toEqual([]);
    expect(statusOf(driver.send("1,3", 1, []))).toBe("0101");
  });

  it("leaves other refusals without text", () => {
    const outcome = new LoginDriver().send("0,1", 1, ["AuthMethod=None"]);
    expect(outcome).toMatchObject({ kind: "refuse", text: Buffer.alloc(0) });
  });
});
