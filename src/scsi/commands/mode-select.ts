/** MODE SELECT(6) and MODE SELECT(10): SPC-4 6.9 and 6.10. */
import { type CommandDescriptor, Need } from "../command.ts";
import { drainExecuting } from "../drain.ts";
import { failFlush } from "../io-error.ts";
import type { LogicalUnit } from "../logical-unit.ts";
import { HEADER_6, HEADER_10, type HeaderLayout } from "../mode-pages/mode-parameter-header.ts";
import { readModeParameters } from "../mode-pages/mode-parameter-reader.ts";
import type { ModeState } from "../mode-pages/mode-state.ts";
import { takeParameterList, wantParameterList } from "../parameter-data.ts";
import { SENSE } from "../sense.ts";
import type { ScsiTask } from "../task.ts";
import { ATTENTION } from "../unit-attention.ts";

const PF = 0x10;

/**
 * PF=0 would make the pages vendor specific, and we know no such ones. SP has no bit in the usage map: nothing is saved, and a CDB
 * that wants that is refused.
 */
function decode(task: ScsiTask, length: number): boolean {
  if (length > 0 && (task.cdb[1]! & PF) === 0) return task.failCdb(1, 4);
  return wantParameterList(task, length);
}

async function modeSelect(task: ScsiTask, layout: HeaderLayout): Promise<void> {
  const list = takeParameterList(task);
  if (list === undefined) return;
  const lunNexus = task.lunNexus!;
  const { lu, nexus } = lunNexus;
  const reading = readModeParameters(list, layout, lunNexus, lu.state.modes);
  if (reading.kind === "truncated") {
    task.fail(SENSE.parameterListLengthError);
    return;
  }
  if (reading.kind === "invalid") {
    task.failParameter(reading.byte, reading.bit);
    return;
  }
  const before = lu.state.modes;
  const { modes } = reading;
  const changed = changedModes(before, modes);
  if (changed === undefined) {
    task.good();
    return;
  }
  if (lunNexus.readOnly) {
    // Who may not write does not decide for those who may.
    task.fail(SENSE.writeProtected);
    return;
  }
  await task.server.coordinator.change(lu, (state) => ({ ...state, modes: { ...state.modes, ...changed } }));
  // WCE=0 says that what was acknowledged is on stable storage, SWP=1 that the medium does not change any more (SBC-3 4.12). From here on new
  // writes see to it themselves; the older ones are let end, and then flushed. If that fails nothing has changed.
  const settles =
    (before.writeCacheEnabled && !modes.writeCacheEnabled) || (!before.softwareWriteProtect && modes.softwareWriteProtect);
  const error = settles ? await flushOlderWrites(task, lu) : 0;
  if (error !== 0) {
    const old = changedModes(modes, before);
    await task.server.coordinator.change(lu, (state) => ({ ...state, modes: { ...state.modes, ...old } }));
    failFlush(task, error);
    return;
  }
  lu.attend(ATTENTION.modeParametersChanged, nexus);
  task.good();
}

/** Resolves to 0 or the negative errno of the flush. */
async function flushOlderWrites(task: ScsiTask, lu: LogicalUnit): Promise<number> {
  await drainExecuting(lu, ({ command }) => command?.writesMedium === true);
  const { backend } = lu;
  return backend === undefined ? 0 : task.io(1, () => backend.flush(task, 0));
}

/** Only what this list changes: another nexus may be changing something else. undefined: nothing. */
function changedModes(before: ModeState, after: ModeState): Partial<ModeState> | undefined {
  const names = (Object.keys(after) as (keyof ModeState)[]).filter((name) => before[name] !== after[name]);
  return names.length === 0 ? undefined : Object.fromEntries(names.map((name) => [name, after[name]]));
}

export const COMMANDS: readonly CommandDescriptor[] = [
  {
    opcode: 0x15,
    name: "MODE SELECT(6)",
    clause: "SPC-4 6.9",
    usage: [0x15, PF, 0, 0, 0xff, 0],
    need: Need.Write,
    decode: (task) => decode(task, task.cdb[4]!),
    execute: (task) => modeSelect(task, HEADER_6),
  },
  {
    opcode: 0x55,
    name: "MODE SELECT(10)",
    clause: "SPC-4 6.10",
    usage: [0x55, PF, 0, 0, 0, 0, 0, 0xff, 0xff, 0],
    need: Need.Write,
    decode: (task) => decode(task, task.cdb.readUInt16BE(7)),
    execute: (task) => modeSelect(task, HEADER_10),
  },
];
