/** Parameter lists of PERSISTENT RESERVE OUT (SPC-4 6.16.3, 6.16.4), read with bounds. */
import type { LogicalUnit } from "./logical-unit.ts";
import type { Nexus } from "./nexus.ts";
import type { MoveParameters, NamedPair, RegisterParameters } from "./persistent-reservation.ts";
import { MOVE_TRANSPORT_ID_AT } from "./persistent-reservation.ts";
import { type PortPair, pairKey } from "./reservations.ts";
import { targetPortName } from "./scsi-name.ts";
import { SENSE } from "./sense.ts";
import type { ScsiTask } from "./task.ts";
import { decodeTransportId, decodeTransportIds } from "./transport-id.ts";

export const BASIC_BYTES = 24;
const FLAGS_AT = 20;
const SPEC_I_PT = 0x08;
const ALL_TG_PT = 0x04;
const APTPL = 0x01;
/** TRANSPORTID PARAMETER DATA LENGTH, and the list behind it. */
const ID_LENGTH_AT = 24;
const IDS_AT = 28;

export interface BasicParameters {
  readonly key: bigint;
  readonly serviceActionKey: bigint;
  readonly specInitiatorPorts: boolean;
  readonly allTargetPorts: boolean;
  readonly aptpl: boolean;
}

/** Which of the flags a service action knows (table 216); the others are ignored, but for SPEC_I_PT, which is invalid then. */
export interface Flags {
  readonly specInitiatorPorts?: true;
  readonly allTargetPorts?: true | "invalid";
  readonly aptpl?: true;
}

/** The list of every service action but REGISTER AND MOVE. undefined: the task has failed. */
export function readBasic(task: ScsiTask, list: Buffer, known: Flags): BasicParameters | undefined {
  if (list.length < BASIC_BYTES) return reject(task.fail(SENSE.parameterListLengthError));
  const flags = list[FLAGS_AT]!;
  const stray = flags & ~(SPEC_I_PT | ALL_TG_PT | APTPL);
  if (stray !== 0) return reject(task.failParameter(FLAGS_AT, 31 - Math.clz32(stray)));
  const specInitiatorPorts = (flags & SPEC_I_PT) !== 0;
  if (specInitiatorPorts && known.specInitiatorPorts === undefined) return reject(task.failParameter(FLAGS_AT, 3));
  if ((flags & ALL_TG_PT) !== 0 && known.allTargetPorts === "invalid") return reject(task.failParameter(FLAGS_AT, 2));
  if (!specInitiatorPorts && list.length !== BASIC_BYTES) return reject(task.fail(SENSE.parameterListLengthError));
  return {
    key: list.readBigUInt64BE(0),
    serviceActionKey: list.readBigUInt64BE(8),
    specInitiatorPorts,
    allTargetPorts: known.allTargetPorts === true && (flags & ALL_TG_PT) !== 0,
    aptpl: known.aptpl === true && (flags & APTPL) !== 0,
  };
}

/** Whom a REGISTER is about: the asker's pairs and those that SPEC_I_PT names (table 69). undefined: the task has failed. */
export function readRegistered(
  task: ScsiTask,
  list: Buffer,
  basic: BasicParameters,
): Pick<RegisterParameters, "own" | "named"> | undefined {
  const { targetPort, initiatorPort } = task.nexus;
  const tags = basic.allTargetPorts ? targetPort.groups : [targetPort.portalGroupTag];
  const pairsOf = (port: string): PortPair[] =>
    tags.map((relativePort) => ({
      initiatorPort: port,
      targetPort: targetPortName(targetPort.targetName, relativePort),
      relativePort,
    }));
  const own = pairsOf(initiatorPort);
  if (!basic.specInitiatorPorts) return { own, named: undefined };
  if (list.length < IDS_AT) return reject(task.fail(SENSE.parameterListLengthError));
  if (list.readUInt32BE(ID_LENGTH_AT) !== list.length - IDS_AT) return reject(task.fail(SENSE.parameterListLengthError));
  const ids = decodeTransportIds(list, IDS_AT, list.length);
  if ("badAt" in ids) return reject(task.failParameter(ids.badAt));
  const named: NamedPair[] = [];
  const known = new Set(own.map(pairKey));
  let at = IDS_AT;
  for (const { device, port, bytes } of ids) {
    // A device stands for all its ports that we know (SPC-4 7.6.4.6); one that has none can't be registered.
    const ports = port === undefined ? portsOfDevice(task.lunNexus!.lu, device) : [port];
    if (ports.length === 0) return reject(task.failParameter(at));
    for (const pair of ports.flatMap(pairsOf)) {
      if (known.has(pairKey(pair))) continue;
      known.add(pairKey(pair));
      named.push({ pair, at });
    }
    at += bytes;
    // Nothing is kept of a list that is refused anyway.
    if (own.length + named.length > task.lunNexus!.lu.geometry.maxRegistrants)
      return reject(task.fail(SENSE.insufficientRegistrationResources));
  }
  return { own, named };
}

/** REGISTER AND MOVE: SPC-4 6.16.4. undefined: the task has failed. */
export function readMove(task: ScsiTask, list: Buffer): MoveParameters | undefined {
  const UNREG = 0x02;
  const MOVE_FLAGS_AT = 17;
  const PORT_AT = 18;
  const LENGTH_AT = 20;
  if (list.length < MOVE_TRANSPORT_ID_AT) return reject(task.fail(SENSE.parameterListLengthError));
  if (list.readUInt32BE(LENGTH_AT) !== list.length - MOVE_TRANSPORT_ID_AT)
    return reject(task.fail(SENSE.parameterListLengthError));
  const flags = list[MOVE_FLAGS_AT]!;
  const stray = flags & ~(UNREG | APTPL);
  if (stray !== 0) return reject(task.failParameter(MOVE_FLAGS_AT, 31 - Math.clz32(stray)));
  const relativePort = list.readUInt16BE(PORT_AT);
  const { targetName, groups } = task.nexus.targetPort;
  if (!groups.includes(relativePort)) return reject(task.failParameter(PORT_AT));
  const id = decodeTransportId(list, MOVE_TRANSPORT_ID_AT, list.length);
  if ("badAt" in id) return reject(task.failParameter(id.badAt));
  // One port is to be the holder, so the device format names too much, and anything after the first TransportID is one too many.
  if (id.port === undefined) return reject(task.failParameter(MOVE_TRANSPORT_ID_AT, 7));
  if (MOVE_TRANSPORT_ID_AT + id.bytes !== list.length) return reject(task.failParameter(MOVE_TRANSPORT_ID_AT + id.bytes));
  return {
    key: list.readBigUInt64BE(0),
    newKey: list.readBigUInt64BE(8),
    to: { initiatorPort: id.port, targetPort: targetPortName(targetName, relativePort), relativePort },
    unregister: (flags & UNREG) !== 0,
    aptpl: (flags & APTPL) !== 0,
  };
}

function portsOfDevice(lu: LogicalUnit, device: string): string[] {
  const ports = new Set<string>();
  const collect = (nexus: Nexus): void => {
    if (nexus.initiatorName.toLowerCase() === device.toLowerCase()) ports.add(nexus.initiatorPort);
  };
  for (const { nexus } of lu.nexuses) collect(nexus);
  return [...ports];
}

/** Turns the false of `task.fail…` into the undefined of a reader. */
function reject(_failed: false): undefined {
  return undefined;
}
