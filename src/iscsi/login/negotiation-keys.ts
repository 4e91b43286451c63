/**
 * Every key of RFC 7143 section 13 (and AuthMethod with the CHAP keys of section 12), one row each: who may
 * send it, when, how its value comes about, and what this target offers. Types, defaults and the negotiation
 * itself derive from this table.
 */
import type { LimitName } from "../../common/limits.ts";

/** RFC 7143 6.3 (login stages) and 7.1 (full feature phase). */
export type NegotiationStage = "security" | "operational" | "full-feature";
export type SessionType = "Normal" | "Discovery";

interface Common {
  /** Of RFC 7143. */
  readonly clause: string;
  readonly sender: "initiator" | "target" | "both";
  readonly stages: readonly NegotiationStage[];
  /** "Irrelevant when: SessionType=Discovery". */
  readonly irrelevantInDiscovery?: true;
  /** Names the session: RFC 7143 6.3 wants it in the first request of the login. */
  readonly firstRequestOnly?: true;
}

/** A number as it stands, or the limit that holds it. */
type Ours = number | LimitName;

export type KeyRow = Common &
  (
    | {
        /** The first acceptable value of the offered list wins: 6.2.1. */ readonly type: "list";
        readonly values: readonly string[];
        readonly default: string;
      }
    | { /** 6.2.2. */ readonly type: "boolean-or" | "boolean-and"; readonly ours: boolean; readonly default: boolean }
    | {
        /** 6.2.2: the result is the smaller or the larger of both values; units are those of the clause. */
        readonly type: "number-min" | "number-max";
        readonly least: number;
        readonly most: number;
        readonly ours: Ours;
        readonly default: number;
      }
    | {
        /** Declared, not answered: 6.2. */ readonly type: "declared-number";
        readonly least: number;
        readonly most: number;
        readonly ours: Ours;
        readonly default: number;
      }
    | { readonly type: "declared-text"; readonly maxBytes: number }
    | { /** AuthMethod and CHAP_*: section 12, driven by security-negotiation.ts. */ readonly type: "security" }
    | { /** 13.25: answered "Reject", never "NotUnderstood". */ readonly type: "obsolete" }
    | { /** A question with an answer of its own kind: SendTargets. */ readonly type: "query" }
  );

const SECURITY = ["security"] as const;
const OPERATIONAL = ["operational"] as const;
const ANY_LOGIN_STAGE = ["security", "operational"] as const;
const ANY_STAGE = ["security", "operational", "full-feature"] as const;
const OPERATIONAL_AND_LATER = ["operational", "full-feature"] as const;
const FULL_FEATURE = ["full-feature"] as const;

/** RFC 7143 6.1: the length of a value where its key says nothing else, bytes. */
export const VALUE_MAX_BYTES = 255;
/** RFC 7143 4.2.7.1, bytes. */
const NAME_MAX_BYTES = 223;
/** Data segment lengths and bursts: RFC 7143 13.12 to 13.14, bytes. */
const SEGMENT_LEAST = 512;
const SEGMENT_MOST = 2 ** 24 - 1;

/**
 * What a command may bring along unasked, bytes. Linux hosts offer this much. With a window of 128 commands
 * it bounds unsolicited data of a session to 32 MiB, half of the connection's buffers.
 */
const FIRST_BURST_BYTES = 256 * 1024;

/** What Linux hosts offer: the largest multiple of 1 KiB that the key can say, so that no burst ends within a block, bytes. */
const MAX_BURST_BYTES = 16776192;

export const NEGOTIATION_KEYS = {
  AuthMethod: { clause: "12.1", sender: "both", stages: SECURITY, type: "security" },
  CHAP_A: { clause: "12.1.3", sender: "both", stages: SECURITY, type: "security" },
  CHAP_I: { clause: "12.1.3", sender: "both", stages: SECURITY, type: "security" },
  CHAP_C: { clause: "12.1.3", sender: "both", stages: SECURITY, type: "security" },
  CHAP_N: { clause: "12.1.3", sender: "both", stages: SECURITY, type: "security" },
  CHAP_R: { clause: "12.1.3", sender: "both", stages: SECURITY, type: "security" },

  HeaderDigest: {
    clause: "13.1",
    sender: "both",
    stages: OPERATIONAL,
    type: "list",
    values: ["None", "CRC32C"],
    default: "None",
  },
  DataDigest: {
    clause: "13.1",
    sender: "both",
    stages: OPERATIONAL,
    type: "list",
    values: ["None", "CRC32C"],
    default: "None",
  },
  MaxConnections: {
    clause: "13.2",
    sender: "both",
    stages: OPERATIONAL,
    irrelevantInDiscovery: true,
    type: "number-min",
    least: 1,
    most: 65535,
    ours: 1,
    default: 1,
  },
  SendTargets: { clause: "13.3", sender: "initiator", stages: FULL_FEATURE, type: "query" },
  TargetName: {
    clause: "13.4",
    sender: "both",
    stages: ANY_LOGIN_STAGE,
    firstRequestOnly: true,
    type: "declared-text",
    maxBytes: NAME_MAX_BYTES,
  },
  InitiatorName: {
    clause: "13.5",
    sender: "initiator",
    stages: ANY_LOGIN_STAGE,
    firstRequestOnly: true,
    type: "declared-text",
    maxBytes: NAME_MAX_BYTES,
  },
  TargetAlias: { clause: "13.6", sender: "target", stages: ANY_STAGE, type: "declared-text", maxBytes: VALUE_MAX_BYTES },
  InitiatorAlias: { clause: "13.7", sender: "initiator", stages: ANY_STAGE, type: "declared-text", maxBytes: VALUE_MAX_BYTES },
  TargetAddress: { clause: "13.8", sender: "target", stages: ANY_STAGE, type: "declared-text", maxBytes: VALUE_MAX_BYTES },
  TargetPortalGroupTag: {
    clause: "13.9",
    sender: "target",
    stages: ANY_LOGIN_STAGE,
    type: "declared-text",
    maxBytes: VALUE_MAX_BYTES,
  },
  InitialR2T: {
    clause: "13.10",
    sender: "both",
    stages: OPERATIONAL,
    irrelevantInDiscovery: true,
    type: "boolean-or",
    ours: false,
    default: true,
  },
  ImmediateData: {
    clause: "13.11",
    sender: "both",
    stages: OPERATIONAL,
    irrelevantInDiscovery: true,
    type: "boolean-and",
    ours: true,
    default: true,
  },
  MaxRecvDataSegmentLength: {
    clause: "13.12",
    sender: "both",
    stages: OPERATIONAL_AND_LATER,
    type: "declared-number",
    least: SEGMENT_LEAST,
    most: SEGMENT_MOST,
    ours: "pdu_data_bytes",
    default: 8192,
  },
  MaxBurstLength: {
    clause: "13.13",
    sender: "both",
    stages: OPERATIONAL,
    irrelevantInDiscovery: true,
    type: "number-min",
    least: SEGMENT_LEAST,
    most: SEGMENT_MOST,
    ours: MAX_BURST_BYTES,
    default: 262144,
  },
  FirstBurstLength: {
    clause: "13.14",
    sender: "both",
    stages: OPERATIONAL,
    irrelevantInDiscovery: true,
    type: "number-min",
    least: SEGMENT_LEAST,
    most: SEGMENT_MOST,
    ours: FIRST_BURST_BYTES,
    default: 65536,
  },
  // Seconds. At ErrorRecoveryLevel 0 nothing is retained, so the initiator need not wait longer than the default.
  DefaultTime2Wait: {
    clause: "13.15",
    sender: "both",
    stages: OPERATIONAL,
    type: "number-max",
    least: 0,
    most: 3600,
    ours: 2,
    default: 2,
  },
  DefaultTime2Retain: {
    clause: "13.16",
    sender: "both",
    stages: OPERATIONAL,
    type: "number-min",
    least: 0,
    most: 3600,
    ours: 0,
    default: 20,
  },
  MaxOutstandingR2T: {
    clause: "13.17",
    sender: "both",
    stages: OPERATIONAL,
    irrelevantInDiscovery: true,
    type: "number-min",
    least: 1,
    most: 65535,
    ours: "r2t_per_task",
    default: 1,
  },
  DataPDUInOrder: {
    clause: "13.18",
    sender: "both",
    stages: OPERATIONAL,
    irrelevantInDiscovery: true,
    type: "boolean-or",
    ours: true,
    default: true,
  },
  DataSequenceInOrder: {
    clause: "13.19",
    sender: "both",
    stages: OPERATIONAL,
    irrelevantInDiscovery: true,
    type: "boolean-or",
    ours: true,
    default: true,
  },
  ErrorRecoveryLevel: {
    clause: "13.20",
    sender: "both",
    stages: OPERATIONAL,
    type: "number-min",
    least: 0,
    most: 2,
    ours: 0,
    default: 0,
  },
  SessionType: {
    clause: "13.21",
    sender: "initiator",
    stages: ANY_LOGIN_STAGE,
    firstRequestOnly: true,
    type: "declared-text",
    maxBytes: VALUE_MAX_BYTES,
  },
  // With one connection per session the response fence of 4.2.2.3.3 holds by itself; FastAbort is not implemented.
  TaskReporting: {
    clause: "13.23",
    sender: "both",
    stages: OPERATIONAL,
    irrelevantInDiscovery: true,
    type: "list",
    values: ["RFC3720", "ResponseFence"],
    default: "RFC3720",
  },
  // 1 is RFC 7143. 2 adds RFC 7144: its task management functions are answered; a command's priority is taken and, as VPD page 86h says
  // (PRIOR_SUP 0), changes nothing; a status comes without qualifier.
  iSCSIProtocolLevel: {
    clause: "13.24",
    sender: "both",
    stages: OPERATIONAL,
    irrelevantInDiscovery: true,
    type: "number-min",
    least: 0,
    most: 31,
    ours: 2,
    default: 1,
  },
  OFMarker: { clause: "13.25", sender: "both", stages: ANY_LOGIN_STAGE, type: "obsolete" },
  IFMarker: { clause: "13.25", sender: "both", stages: ANY_LOGIN_STAGE, type: "obsolete" },
  OFMarkInt: { clause: "13.25", sender: "both", stages: ANY_LOGIN_STAGE, type: "obsolete" },
  IFMarkInt: { clause: "13.25", sender: "both", stages: ANY_LOGIN_STAGE, type: "obsolete" },
  "X#NodeArchitecture": {
    clause: "13.26",
    sender: "both",
    stages: ANY_STAGE,
    type: "declared-text",
    maxBytes: VALUE_MAX_BYTES,
  },
} as const satisfies Record<string, KeyRow>;

type Table = typeof NEGOTIATION_KEYS;
export type KeyName = keyof Table;

/** The type of a row's outcome; never for rows without one. */
type Outcome<Row> = Row extends { readonly type: "list"; readonly values: readonly (infer Value)[] }
  ? Value
  : Row extends { readonly type: "boolean-or" | "boolean-and" }
    ? boolean
    : Row extends { readonly type: "number-min" | "number-max" | "declared-number" }
      ? number
      : never;

export type ParameterName = { [Key in KeyName]: [Outcome<Table[Key]>] extends [never] ? never : Key }[KeyName];

/**
 * What both sides agreed on, under the names of the RFC. `MaxRecvDataSegmentLength` is the initiator's: the
 * most that we may send. Bytes and seconds as in the clauses.
 */
export type NegotiatedParameters = { readonly [Key in ParameterName]: Outcome<Table[Key]> } & {
  /** What we declared: the most that the initiator may send, bytes. */
  readonly TargetMaxRecvDataSegmentLength: number;
};

/** The row of a key as sent by a peer; undefined for a key that this target doesn't know. */
export function keyRow(key: string): KeyRow | undefined {
  return Object.hasOwn(NEGOTIATION_KEYS, key) ? NEGOTIATION_KEYS[key as KeyName] : undefined;
}

/** The value of every parameter that nobody negotiates: RFC 7143 section 13. */
export function defaultParameters(): NegotiatedParameters {
  const defaults: Record<string, unknown> = {};
  for (const [key, row] of Object.entries(NEGOTIATION_KEYS) as [string, KeyRow][]) {
    if ("default" in row) defaults[key] = row.default;
  }
  defaults["TargetMaxRecvDataSegmentLength"] = NEGOTIATION_KEYS.MaxRecvDataSegmentLength.default;
  return defaults as NegotiatedParameters;
}
