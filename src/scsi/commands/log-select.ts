/** LOG SELECT: SPC-4 6.7. Sets and resets the counters of log pages; all of a list or nothing. */
import { type CommandDescriptor, Need } from "../command.ts";
import type { LogCounterName } from "../log-pages/log-counters.ts";
import { isCounter, type LogPage } from "../log-pages/log-page.ts";
import {
  controlByte,
  LOG_PAGES,
  logPagesOf,
  PAGE_HEADER_BYTES,
  PARAMETER_HEADER_BYTES,
  SPF,
} from "../log-pages/log-page-table.ts";
import type { LogicalUnit } from "../logical-unit.ts";
import { takeParameterList, wantParameterList } from "../parameter-data.ts";
import { SENSE } from "../sense.ts";
import type { ScsiTask } from "../task.ts";
import { ATTENTION } from "../unit-attention.ts";
import { LogControl } from "./log-sense.ts";

const PCR = 0x02;
const PAGE_CODE = 0x3f;
const DS = 0x80;

const resets = (task: ScsiTask): boolean => (task.cdb[1]! & PCR) !== 0;

/** SP has no bit in the usage map: nothing is saved. Counters have no thresholds to set. */
function decode(task: ScsiTask): boolean {
  const length = task.cdb.readUInt16BE(7);
  const code = task.cdb[2]! & PAGE_CODE;
  const control = task.cdb[2]! >>> 6;
  if (resets(task) && length > 0) return task.failCdb(1, 1);
  // With PCR the page control is not looked at (SPC-4 6.7).
  if (!resets(task) && control !== LogControl.Cumulative && control !== LogControl.DefaultCumulative) return task.failCdb(2, 7);
  // With a list, the list names its pages, and these two are 0; a page without counters has nothing to reset.
  if (length > 0 && code !== 0) return task.failCdb(2, 5);
  if (length === 0 && code !== 0 && countersOf(task.lunNexus!.lu, code).length === 0) return task.failCdb(2, 5);
  if (task.cdb[3] !== 0) return task.failCdb(3, 7);
  return wantParameterList(task, length);
}

/** The counters of a page, or of all for page 00h. */
function countersOf(lu: LogicalUnit, code: number): LogCounterName[] {
  const pages = logPagesOf(lu).filter((page) => code === 0 || page.code === code);
  return pages.flatMap(({ parameters }) => parameters.filter(isCounter).map(({ counter }) => counter));
}

type Settings = Map<LogCounterName, number>;

/** The whole list; undefined: the task has failed, pointing at what can't be set. */
function readList(task: ScsiTask, list: Buffer): Settings | undefined {
  const settings: Settings = new Map();
  for (let at = 0; at < list.length; ) {
    if (list.length - at < PAGE_HEADER_BYTES) return failed(task.fail(SENSE.parameterListLengthError));
    const page = LOG_PAGES.find(({ code }) => code === (list[at]! & PAGE_CODE));
    if (page === undefined) return failed(task.failParameter(at, 5));
    if ((list[at]! & SPF) !== 0) return failed(task.failParameter(at, 6));
    // DS says in LOG SENSE that a page is not saved; hosts send it back.
    if ((list[at]! & DS) !== 0 && !page.disableSave) return failed(task.failParameter(at, 7));
    if (list[at + 1] !== 0) return failed(task.failParameter(at + 1, 7));
    const end = at + PAGE_HEADER_BYTES + list.readUInt16BE(at + 2);
    if (end > list.length) return failed(task.fail(SENSE.parameterListLengthError));
    if (!readPage(task, list, page, at + PAGE_HEADER_BYTES, end, settings)) return undefined;
    at = end;
  }
  return settings;
}

function readPage(task: ScsiTask, list: Buffer, page: LogPage, from: number, end: number, settings: Settings): boolean {
  let last = -1;
  for (let at = from; at < end; ) {
    if (end - at < PARAMETER_HEADER_BYTES) return task.fail(SENSE.parameterListLengthError);
    const code = list.readUInt16BE(at);
    const parameter = page.parameters.find((candidate) => candidate.code === code);
    // Parameters come by ascending code (SPC-4 6.7); one that isn't there, or that nobody can set, is refused alike.
    if (parameter === undefined || !isCounter(parameter) || code <= last) return task.failParameter(at);
    if (list[at + 2] !== controlByte(parameter)) return task.failParameter(at + 2);
    if (list[at + 3] !== parameter.bytes) return task.failParameter(at + 3);
    const next = at + PARAMETER_HEADER_BYTES + parameter.bytes;
    if (next > end) return task.fail(SENSE.parameterListLengthError);
    const value = BigInt(`0x${list.toString("hex", at + PARAMETER_HEADER_BYTES, next)}`);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) return task.failParameter(at + PARAMETER_HEADER_BYTES);
    settings.set(parameter.counter, Number(value));
    last = code;
    at = next;
  }
  return true;
}

const failed = (_failed: false): undefined => undefined;

function execute(task: ScsiTask): void {
  const list = takeParameterList(task);
  if (list === undefined) return;
  const { lu, nexus, readOnly } = task.lunNexus!;
  // Without a list the counters go back to their defaults, which is what PCR asks for too (SPC-4 6.7).
  const toDefaults = (): Settings => new Map(countersOf(lu, task.cdb[2]! & PAGE_CODE).map((name) => [name, 0]));
  const settings = list.length === 0 ? toDefaults() : readList(task, list);
  if (settings === undefined) return;
  if (readOnly && settings.size > 0) {
    // Who may not write does not reset what others count.
    task.fail(SENSE.writeProtected);
    return;
  }
  for (const [name, value] of settings) lu.logCounters.set(name, value);
  if (settings.size > 0) lu.attend(ATTENTION.logParametersChanged, nexus);
  task.good();
}

export const COMMANDS: readonly CommandDescriptor[] = [
  {
    opcode: 0x4c,
    name: "LOG SELECT",
    clause: "SPC-4 6.7",
    usage: [0x4c, PCR, 0xff, 0xff, 0, 0, 0, 0xff, 0xff, 0],
    need: Need.Write,
    decode,
    execute,
  },
];
