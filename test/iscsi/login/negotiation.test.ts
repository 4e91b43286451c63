/** RFC 7143 section 13, typed again from the standard, against the table and its application. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { negotiateFullFeature } from "../../../src/iscsi/login/negotiate.ts";
import { defaultParameters, NEGOTIATION_KEYS } from "../../../src/iscsi/login/negotiation-keys.ts";
import { ProtocolError } from "../../../src/wire/protocol-error.ts";
import { INITIATOR, keysOf, LoginDriver, NAMES, statusOf } from "./login-driver.ts";

/** Offers one list of keys in the operational stage of a normal session. */
function offer(...keys: string[]): string[] {
  const answers = keysOf(new LoginDriver().send("1,3", 1, [...NAMES, ...keys]));
  return answers.filter((key) => !/^(TargetPortalGroupTag|MaxRecvDataSegmentLength)=/.test(key));
}

/** Offer, answer. */
const ANSWERS: readonly (readonly [string, string])[] = [
  ["HeaderDigest=None", "HeaderDigest=None"],
  ["HeaderDigest=CRC32C,None", "HeaderDigest=CRC32C"],
  ["HeaderDigest=None,CRC32C", "HeaderDigest=None"],
  ["DataDigest=x-vendor,CRC32C", "DataDigest=CRC32C"],
  ["DataDigest=x-vendor", "DataDigest=Reject"],
  ["DataDigest=crc32c", "DataDigest=Reject"],
  ["MaxConnections=8", "MaxConnections=1"],
  ["MaxConnections=0", "MaxConnections=Reject"],
  ["MaxConnections=65536", "MaxConnections=Reject"],
  ["InitialR2T=No", "InitialR2T=No"],
  ["InitialR2T=Yes", "InitialR2T=Yes"],
  ["InitialR2T=no", "InitialR2T=Reject"],
  ["ImmediateData=Yes", "ImmediateData=Yes"],
  ["ImmediateData=No", "ImmediateData=No"],
  ["MaxBurstLength=16776192", "MaxBurstLength=16776192"],
  ["MaxBurstLength=0x1000", "MaxBurstLength=4096"],
  ["MaxBurstLength=511", "MaxBurstLength=Reject"],
  ["MaxBurstLength=16777216", "MaxBurstLength=Reject"],
  ["MaxBurstLength=-1", "MaxBurstLength=Reject"],
  ["MaxBurstLength=", "MaxBurstLength=Reject"],
  ["MaxBurstLength=262144 ", "MaxBurstLength=Reject"],
  ["FirstBurstLength=262144", "FirstBurstLength=262144"],
  ["FirstBurstLength=65536", "FirstBurstLength=65536"],
  ["FirstBurstLength=16777215", "FirstBurstLength=262144"],
  ["DefaultTime2Wait=2", "DefaultTime2Wait=2"],
  ["DefaultTime2Wait=0", "DefaultTime2Wait=2"],
  ["DefaultTime2Wait=3600", "DefaultTime2Wait=3600"],
  ["DefaultTime2Wait=3601", "DefaultTime2Wait=Reject"],
  ["DefaultTime2Retain=20", "DefaultTime2Retain=0"],
  ["MaxOutstandingR2T=1", "MaxOutstandingR2T=1"],
  ["MaxOutstandingR2T=65535", "MaxOutstandingR2T=16"],
  ["DataPDUInOrder=No", "DataPDUInOrder=Yes"],
  ["DataSequenceInOrder=No", "DataSequenceInOrder=Yes"],
  ["ErrorRecoveryLevel=2", "ErrorRecoveryLevel=0"],
  ["ErrorRecoveryLevel=3", "ErrorRecoveryLevel=Reject"],
  ["TaskReporting=FastAbort,ResponseFence,RFC3720", "TaskReporting=ResponseFence"],
  ["TaskReporting=FastAbort", "TaskReporting=Reject"],
  ["iSCSIProtocolLevel=31", "iSCSIProtocolLevel=2"],
  ["iSCSIProtocolLevel=1", "iSCSIProtocolLevel=1"],
  ["iSCSIProtocolLevel=0", "iSCSIProtocolLevel=0"],
  ["IFMarker=No", "IFMarker=Reject"],
  ["OFMarker=Yes", "OFMarker=Reject"],
  ["OFMarkInt=1~65535", "OFMarkInt=Reject"],
  ["IFMarkInt=2048", "IFMarkInt=Reject"],
  ["X-com.example.key=1", "X-com.example.key=NotUnderstood"],
  ["maxburstlength=512", "maxburstlength=NotUnderstood"],
  ["constructor=1", "constructor=NotUnderstood"],
];

describe("negotiation of one key", () => {
  it.each(ANSWERS)("%s is answered with %s", (offered, answer) => {
    expect(offer(offered)).toEqual([answer]);
  });

  it.each(["InitiatorAlias=host", "X#NodeArchitecture=Linux/x86", "MaxRecvDataSegmentLength=4096"])(
    "%s is a declaration and gets no answer",
    (declaration) => {
      expect(offer(declaration)).toEqual([]);
    },
  );

  it("answers every key of the table that is offered in the operational stage", () => {
    for (const [key, row] of Object.entries(NEGOTIATION_KEYS)) {
      if (
        !(row.stages as readonly string[]).includes("operational") ||
        row.sender === "target" ||
        row.type.startsWith("declared")
      )
        continue;
      expect(offer(`${key}=nonsense`), key).toEqual([`${key}=Reject`]);
    }
  });

  it.each([
    ["MaxRecvDataSegmentLength=511", "0200"],
    ["MaxRecvDataSegmentLength=16777216", "0200"],
    ["MaxRecvDataSegmentLength=many", "0200"],
    ["SendTargets=All", "0200"],
    ["AuthMethod=None", "0200"],
    ["CHAP_A=5", "0200"],
    ["TargetAlias=mine", "0200"],
    ["TargetPortalGroupTag=1", "0200"],
    ["TargetAddress=192.0.2.1", "0200"],
    [`InitiatorAlias=${"a".repeat(256)}`, "0200"],
    [`ImmediateData=${"Y".repeat(256)}`, "0200"],
  ])("%s in the operational stage ends the login with %s", (key, status) => {
    expect(statusOf(new LoginDriver().send("1,3", 1, [...NAMES, key]))).toBe(status);
  });

  it("takes a value of 255 bytes, and a list that is longer as a whole", () => {
    expect(offer(`InitiatorAlias=${"a".repeat(255)}`)).toEqual([]);
    expect(offer(`HeaderDigest=${"a".repeat(255)},${"b".repeat(255)},CRC32C`)).toEqual(["HeaderDigest=CRC32C"]);
  });
});

describe("keys that depend on each other", () => {
  it.each([
    [
      ["FirstBurstLength=262144", "MaxBurstLength=4096"],
      ["MaxBurstLength=4096", "FirstBurstLength=4096"],
    ],
    [
      ["FirstBurstLength=4096", "InitialR2T=Yes", "ImmediateData=No"],
      ["InitialR2T=Yes", "ImmediateData=No", "FirstBurstLength=Irrelevant"],
    ],
    [
      ["ImmediateData=No", "FirstBurstLength=4096"],
      ["ImmediateData=No", "FirstBurstLength=Irrelevant"],
    ],
    [
      ["ImmediateData=No", "InitialR2T=No", "FirstBurstLength=4096"],
      ["ImmediateData=No", "InitialR2T=No", "FirstBurstLength=4096"],
    ],
  ])("%j are answered with %j", (offered, answers) => {
    expect(offer(...offered)).toEqual(answers);
  });

  it("FirstBurstLength never exceeds MaxBurstLength, even as a default", () => {
    const outcome = new LoginDriver().send("1,3", 1, [...NAMES, "MaxBurstLength=4096"]);
    expect(outcome.kind === "complete" && outcome.result.parameters.FirstBurstLength).toBe(4096);
  });

  it("whatever numbers are offered, the result keeps 13.14 and the offers' bounds", () => {
    const bytes = fc.integer({ min: 512, max: 2 ** 24 - 1 });
    fc.assert(
      fc.property(bytes, bytes, fc.integer({ min: 1, max: 65535 }), (first, max, r2ts) => {
        const keys = [`FirstBurstLength=${first}`, `MaxBurstLength=${max}`, `MaxOutstandingR2T=${r2ts}`];
        const outcome = new LoginDriver().send("1,3", 1, [...NAMES, ...keys]);
        if (outcome.kind !== "complete") throw new Error("refused");
        const { FirstBurstLength, MaxBurstLength, MaxOutstandingR2T } = outcome.result.parameters;
        expect(FirstBurstLength).toBeLessThanOrEqual(MaxBurstLength);
        expect(FirstBurstLength).toBeLessThanOrEqual(first);
        // What we offer: a whole number of KiB, so that no burst ends within a block.
        expect(MaxBurstLength).toBe(Math.min(max, 16776192));
        expect(MaxOutstandingR2T).toBe(Math.min(r2ts, 16));
      }),
      { numRuns: 200 },
    );
  });
});

describe("a discovery session", () => {
  it.each([
    "MaxConnections",
    "InitialR2T",
    "ImmediateData",
    "MaxBurstLength",
    "FirstBurstLength",
    "MaxOutstandingR2T",
    "DataPDUInOrder",
    "DataSequenceInOrder",
    "TaskReporting",
    "iSCSIProtocolLevel",
  ])("finds %s irrelevant", (key) => {
    const outcome = new LoginDriver().send("1,3", 1, [`InitiatorName=${INITIATOR}`, "SessionType=Discovery", `${key}=1`]);
    expect(keysOf(outcome)).toEqual([`${key}=Irrelevant`, "MaxRecvDataSegmentLength=262144"]);
  });

  it("negotiates digests and times as any session", () => {
    const keys = ["HeaderDigest=CRC32C", "ErrorRecoveryLevel=1", "DefaultTime2Retain=20"];
    const outcome = new LoginDriver().send("1,3", 1, [`InitiatorName=${INITIATOR}`, "SessionType=Discovery", ...keys]);
    expect(keysOf(outcome).slice(0, 3)).toEqual(["HeaderDigest=CRC32C", "ErrorRecoveryLevel=0", "DefaultTime2Retain=0"]);
  });
});

describe("defaults", () => {
  it("are those of section 13", () => {
    expect(defaultParameters()).toEqual({
      HeaderDigest: "None",
      DataDigest: "None",
      MaxConnections: 1,
      InitialR2T: true,
      ImmediateData: true,
      MaxRecvDataSegmentLength: 8192,
      TargetMaxRecvDataSegmentLength: 8192,
      MaxBurstLength: 262144,
      FirstBurstLength: 65536,
      DefaultTime2Wait: 2,
      DefaultTime2Retain: 20,
      MaxOutstandingR2T: 1,
      DataPDUInOrder: true,
      DataSequenceInOrder: true,
      ErrorRecoveryLevel: 0,
      TaskReporting: "RFC3720",
      iSCSIProtocolLevel: 1,
    });
  });
});

describe("text negotiation in the full feature phase", () => {
  const negotiate = (...keys: string[]) =>
    negotiateFullFeature(
      keys.map((each) => ({ key: each.slice(0, each.indexOf("=")), value: each.slice(each.indexOf("=") + 1) })),
    );

  it("takes SendTargets and a new MaxRecvDataSegmentLength", () => {
    expect(negotiate("SendTargets=All", "MaxRecvDataSegmentLength=65536", "InitiatorAlias=x")).toEqual({
      answers: [],
      sendTargets: "All",
      maxRecvDataSegmentLength: 65536,
    });
    expect(negotiate("SendTargets=").sendTargets).toBe("");
  });

  it("answers unknown and obsolete keys", () => {
    expect(negotiate("X-a=1", "OFMarker=No").answers).toEqual([
      { key: "X-a", value: "NotUnderstood" },
      { key: "OFMarker", value: "Reject" },
    ]);
  });

  it.each([
    [["MaxBurstLength=4096"]],
    [["HeaderDigest=None"]],
    [["InitiatorName=iqn.2026-11.com.example:other"]],
    [["TargetAddress=192.0.2.1"]],
    [["CHAP_A=5"]],
    [["SendTargets=All", "SendTargets=All"]],
    [["MaxRecvDataSegmentLength=1"]],
  ])("rejects %j as a protocol error", (keys) => {
    let thrown: unknown;
    try {
      negotiate(...keys);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ProtocolError);
    expect((thrown as ProtocolError).answer).toEqual({ kind: "reject", reason: 0x04 });
  });
});
