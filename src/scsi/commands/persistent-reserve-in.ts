/** PERSISTENT RESERVE IN: SPC-4 6.15. */
import { type CommandDescriptor, Need } from "../command.ts";
import { replyWith } from "../parameter-data.ts";
import { holds, type ReservationState, registrantOf } from "../reservations.ts";
import { ScsiStatus } from "../status.ts";
import type { ScsiTask } from "../task.ts";
import { encodeTransportId } from "../transport-id.ts";

const ServiceAction = { ReadKeys: 0x00, ReadReservation: 0x01, ReportCapabilities: 0x02, ReadFullStatus: 0x03 } as const;
const HEADER_BYTES = 8;
const KEY_BYTES = 8;

/** PRGENERATION and ADDITIONAL LENGTH, before what three of the four service actions return. */
function withHeader(generation: number, body: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(generation, 0);
  header.writeUInt32BE(body.length, 4);
  return Buffer.concat([header, body]);
}

/** SPC-4 6.15.2. */
function readKeys({ generation, registrants }: ReservationState): Buffer {
  const keys = Buffer.alloc(registrants.length * KEY_BYTES);
  registrants.forEach(({ key }, index) => {
    keys.writeBigUInt64BE(key, index * KEY_BYTES);
  });
  return withHeader(generation, keys);
}

/** SPC-4 6.15.3. The key of an all registrants reservation is told as 0. SCOPE is 0h, the logical unit. */
function readReservation(state: ReservationState): Buffer {
  const { reservation } = state;
  if (reservation === undefined) return withHeader(state.generation, Buffer.alloc(0));
  const body = Buffer.alloc(16);
  const { holder } = reservation;
  const key = holder === undefined ? 0n : registrantOf(state, holder)!.key;
  body.writeBigUInt64BE(key, 0);
  body[13] = reservation.type;
  return withHeader(state.generation, body);
}

/**
 * SPC-4 6.15.4. RLR_C: lost reservations can be replaced. CRH: RESERVE and RELEASE of a nexus that the reservation lets in end with GOOD.
 * SIP_C, ATP_C: SPEC_I_PT and ALL_TG_PT are taken. PTPL_C: APTPL is, and PTPL_A tells whether it is in force. TMV: the type mask is valid.
 * ALLOW COMMANDS 100b: of the commands about which older standards left a choice, every one is let through.
 */
function reportCapabilities({ aptpl }: ReservationState): Buffer {
  const RLR_C = 0x80;
  const CRH = 0x10;
  const SIP_C = 0x08;
  const ATP_C = 0x04;
  const PTPL_C = 0x01;
  const TMV = 0x80;
  const ALLOW_ALL = 0x40;
  const PTPL_A = 0x01;
  const ALL_BUT_EXCLUSIVE_ACCESS_ALL_REGISTRANTS = 0xea;
  const EXCLUSIVE_ACCESS_ALL_REGISTRANTS = 0x01;
  return Buffer.from([
    0x00,
    0x08,
    RLR_C | CRH | SIP_C | ATP_C | PTPL_C,
    TMV | ALLOW_ALL | (aptpl ? PTPL_A : 0),
    ALL_BUT_EXCLUSIVE_ACCESS_ALL_REGISTRANTS,
    EXCLUSIVE_ACCESS_ALL_REGISTRANTS,
    0x00,
    0x00,
  ]);
}

/** SPC-4 6.15.5. A registration made with ALL_TG_PT is one per port here, so that bit is 0 in each. */
function readFullStatus(state: ReservationState): Buffer {
  const R_HOLDER = 0x01;
  const descriptors = state.registrants.map((registrant) => {
    const id = encodeTransportId(registrant.initiatorPort);
    const head = Buffer.alloc(24);
    head.writeBigUInt64BE(registrant.key, 0);
    if (holds(state, registrant)) {
      head[12] = R_HOLDER;
      head[13] = state.reservation!.type;
    }
    head.writeUInt16BE(registrant.relativePort, 18);
    head.writeUInt32BE(id.length, 20);
    return Buffer.concat([head, id]);
  });
  return withHeader(state.generation, Buffer.concat(descriptors));
}

/** SPC-2 5.5.1: while RESERVE(6) or RESERVE(10) is in force, persistent reservation commands conflict, whoever sends them. */
function decode(task: ScsiTask): boolean {
  return task.lunNexus!.lu.state.reservations.legacy === undefined || task.failStatus(ScsiStatus.ReservationConflict);
}

function command(
  serviceAction: number,
  name: string,
  clause: string,
  encode: (state: ReservationState) => Buffer,
): CommandDescriptor {
  return {
    opcode: 0x5e,
    serviceAction,
    name: `PERSISTENT RESERVE IN / ${name}`,
    clause,
    usage: [0x5e, serviceAction, 0, 0, 0, 0, 0, 0xff, 0xff, 0],
    need: Need.Nothing,
    decode,
    execute: (task) => replyWith(task, encode(task.lunNexus!.lu.state.reservations), task.cdb.readUInt16BE(7)),
  };
}

export const COMMANDS: readonly CommandDescriptor[] = [
  command(ServiceAction.ReadKeys, "READ KEYS", "SPC-4 6.15.2", readKeys),
  command(ServiceAction.ReadReservation, "READ RESERVATION", "SPC-4 6.15.3", readReservation),
  command(ServiceAction.ReportCapabilities, "REPORT CAPABILITIES", "SPC-4 6.15.4", reportCapabilities),
  command(ServiceAction.ReadFullStatus, "READ FULL STATUS", "SPC-4 6.15.5", readFullStatus),
];
