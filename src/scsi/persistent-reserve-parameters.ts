/** Parameter lists of PERSISTENT RESERVE OUT (SPC-4 6.16.3, 6.16.4), read with bounds. */
import type { LogicalUnit } from "./logical-unit.ts";
import type { Nexus } from "./nexus.ts";
import type { MoveParameters } from "./persistent-reservation.ts";
import { MOVE_TRANSPORT_ID_AT } from "./persistent-reservation.ts";
import { type PortPair, samePair } from "./reservations.ts";
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
}

/**
 * The list of every service action but REGISTER AND MOVE. `registers`: APTPL and ALL_TG_PT mean something; `mayName`: SPEC_I_PT does. Elsewhere
 * ALL_TG_PT and APTPL are ignored (SPC-4 6.16.3). undefined: the task has failed.
 */
export function readBasic(task: ScsiTask, list: Buffer, registers: boolean, mayName: boolean): BasicParameters | undefined {
  if (list.length < BASIC_BYTES) return reject(task.fail(SENSE.parameterListLengthError));
  const flags = list[FLAGS_AT]!;
  const stray = flags & ~(SPEC_I_PT | ALL_TG_PT | APTPL);
  if (stray !== 0) return reject(task.failParameter(FLAGS_AT, 31 - Math.clz32(stray)));
  const specInitiatorPorts = (flags & SPEC_I_PT) !== 0;
  if (specInitiatorPorts && !mayName) return reject(task.failParameter(FLAGS_AT, 3));
  // Registrations don't survive a loss of power (PTPL_C is 0), and saying so is better than losing them.
  if (registers && (flags & APTPL) !== 0) return reject(task.failParameter(FLAGS_AT, 0));
  if (!specInitiatorPorts && list.length !== BASIC_BYTES) return reject(task.fail(SENSE.parameterListLengthError));
  return {
    key: list.readBigUInt64BE(0),
    serviceActionKey: list.readBigUInt64BE(8),
    specInitiatorPorts,
    allTargetPorts: registers && (flags & ALL_TG_PT) !== 0,
  };
}

/** The nexuses that a REGISTER makes registered: asker first. undefined: the task has failed. */
export function readRegistered(task: ScsiTask, list: Buffer, basic: BasicParameters): readonly PortPair[] | undefined {
  const { nexus } = task;
  const ports = [nexus.initiatorPort];
  if (basic.specInitiatorPorts) {
    if (list.length < IDS_AT) return reject(task.fail(SENSE.parameterListLengthError));
    if (list.readUInt32BE(ID_LENGTH_AT) !== list.length - IDS_AT) return reject(task.fail(SENSE.parameterListLengthError));
    const ids = decodeTransportIds(list, IDS_AT, list.length);
    if ("badAt" in ids) return reject(task.failParameter(ids.badAt));
    let at = IDS_AT;
    for (const { device, port, bytes } of ids) {
      // A device stands for all its ports that we know (SPC-4 7.6.4.6); one that has none can't be registered.
      const named = port === undefined ? portsOfDevice(task.lunNexus!.lu, device) : [port];
      if (named.length === 0) return reject(task.failParameter(at));
      ports.push(...named);
      at += bytes;
    }
  }
  const tags = basic.allTargetPorts ? nexus.targetPort.groups : [nexus.targetPort.portalGroupTag];
  const pairs: PortPair[] = [];
  for (const initiatorPort of ports) {
    for (const relativePort of tags) {
      const pair = { initiatorPort, targetPort: targetPortName(nexus.targetPort.targetName, relativePort), relativePort };
      if (!pairs.some((other) => samePair(other, pair))) pairs.push(pair);
    }
    // More than this is refused anyway: the search above stays small whatever the list says.
    if (pairs.length > task.lunNexus!.lu.geometry.maxRegistrants)
      return reject(task.fail(SENSE.insufficientRegistrationResources));
  }
  return pairs;
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
  if ((flags & APTPL) !== 0) return reject(task.failParameter(MOVE_FLAGS_AT, 0));
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
