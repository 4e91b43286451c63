/**
 * SET TARGET PORT GROUPS: SPC-4 6.45. Changes how the named groups stand towards this logical unit, for every host; all of the list or
 * nothing. GOOD comes when nothing touches the medium any more through a port that has become inaccessible.
 */
import { type CommandDescriptor, Need } from "../command.ts";
import { drainExecuting } from "../drain.ts";
import type { GroupAccess } from "../logical-unit.ts";
import { takeParameterList, wantParameterList } from "../parameter-data.ts";
import { SENSE } from "../sense.ts";
import { accessOf, SETTABLE_STATES } from "../target-port-groups.ts";
import type { ScsiTask } from "../task.ts";
import { ATTENTION } from "../unit-attention.ts";
import { ACCESS_CONDITIONS, ACCESS_STATE_NAMES, type AccessState, refusingCondition } from "../unit-condition.ts";

const HEADER_BYTES = 4;
const DESCRIPTOR_BYTES = 4;
const STATE = 0x0f;

function decode(task: ScsiTask): boolean {
  const length = task.cdb.readUInt32BE(6);
  // Zero changes nothing and is no error; what is left of a descriptor is one.
  if (length % DESCRIPTOR_BYTES !== 0) return task.fail(SENSE.parameterListLengthError);
  return wantParameterList(task, length);
}

/** The states asked for, by group; undefined: the task has failed, pointing at what can't be done. */
function readList(task: ScsiTask, list: Buffer): Map<number, AccessState> | undefined {
  const asked = new Map<number, AccessState>();
  for (let at = HEADER_BYTES; at < list.length; at += DESCRIPTOR_BYTES) {
    const settable = SETTABLE_STATES.get(list[at]! & STATE);
    const group = list.readUInt16BE(at + 2);
    if (settable === undefined) {
      task.failParameter(at, 3);
      return undefined;
    }
    if (!task.nexus.targetPort.groups.includes(group)) {
      task.failParameter(at + 2);
      return undefined;
    }
    asked.set(group, settable.state);
  }
  return asked;
}

async function execute(task: ScsiTask): Promise<void> {
  const list = takeParameterList(task);
  if (list === undefined) return;
  const asked = readList(task, list);
  if (asked === undefined) return;
  const { lu, readOnly, nexus } = task.lunNexus!;
  const changes = [...asked].filter(([group, state]) => accessOf(lu, group).state !== state);
  if (changes.length === 0) {
    task.good();
    return;
  }
  if (readOnly) {
    // Who may not write does not decide for those who may.
    task.fail(SENSE.writeProtected);
    return;
  }
  await task.server.coordinator.change(lu, (state) => {
    const access = new Map<number, GroupAccess>(state.access);
    for (const [group, to] of changes) access.set(group, { preferred: false, ...access.get(group), state: to, statusCode: 1 });
    return { ...state, access };
  });
  lu.attend(ATTENTION.accessStateChanged, nexus);
  for (const [group, state] of changes) tellAccess(task, group, state);
  // Commands that don't touch the medium don't count, nor do other conditions that have come meanwhile: PERSISTENT RESERVE OUT and SANITIZE
  // may wait for this command.
  await drainExecuting(
    lu,
    ({ command, lunNexus }) =>
      command?.needsMedium === true &&
      lunNexus !== undefined &&
      refusingCondition(command, lunNexus.condition & ACCESS_CONDITIONS) !== undefined,
  );
  task.good();
}

function tellAccess({ server, nexus, lunNexus }: ScsiTask, portalGroup: number, state: AccessState): void {
  const volume = lunNexus!.lu.identity.name;
  server.events.record("access-state-changed", {
    initiator: nexus.initiatorName,
    target: nexus.targetPort.targetName,
    volume,
    portalGroup,
    to: ACCESS_STATE_NAMES[state],
  });
}

export const COMMANDS: readonly CommandDescriptor[] = [
  {
    opcode: 0xa4,
    serviceAction: 0x0a,
    name: "SET TARGET PORT GROUPS",
    clause: "SPC-4 6.45",
    usage: [0xa4, 0x0a, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0],
    need: Need.Write,
    decode,
    execute,
  },
];
