/**
 * Every bound of Lunette: one row each, with unit, default and the range that the `[limits]` table of
 * the configuration accepts. Rows with `fixed: true` follow from the protocol or the memory layout and
 * are not configurable. The documentation table and the configuration schema derive from this table.
 */

export interface LimitRow {
  readonly unit: "bytes" | "count" | "milliseconds";
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly what: string;
  readonly fixed?: true;
}

const KiB = 1024;
const MiB = 1024 * KiB;

export const LIMITS = {
  connections: { unit: "count", value: 1024, min: 1, max: 65536, what: "open connections per reactor, logins included" },
  connections_before_login: {
    unit: "count",
    value: 2048,
    min: 1,
    max: 65536,
    what: "connections that have not finished login, in all; they do not count against `connections`",
  },
  connections_before_login_per_address: {
    unit: "count",
    value: 1536,
    min: 1,
    max: 65536,
    what: "connections that have not finished login, per source address",
  },
  sessions_per_target: { unit: "count", value: 128, min: 1, max: 65536, what: "sessions of one target" },
  session_series: {
    unit: "count",
    value: 1024,
    min: 1,
    max: 16384,
    what: "pairs of initiator and target port whose sessions have figures of their own in `/metrics`; of more, the one idle longest makes way, or they are counted together",
  },
  login_time_ms: { unit: "milliseconds", value: 15_000, min: 100, max: 600_000, what: "from accept to full feature phase" },
  login_pdus: {
    unit: "count",
    value: 64,
    min: 8,
    max: 1024,
    what: "login requests of one login, or text requests for one list of keys",
  },
  login_bytes: { unit: "bytes", value: 64 * KiB, min: 8 * KiB, max: MiB, what: "text received in one login" },
  login_keys: { unit: "count", value: 128, min: 32, max: 1024, what: "keys received in one login or text negotiation" },
  login_response_bytes: { unit: "bytes", value: 8 * KiB, min: 4 * KiB, max: 64 * KiB, what: "text sent in one login" },
  text_response_bytes: {
    unit: "bytes",
    value: 4 * MiB,
    min: 64 * KiB,
    max: 16 * MiB,
    what: "a SendTargets answer, over all its PDUs",
  },
  chap_value_bytes: {
    unit: "bytes",
    value: 1024,
    min: 1024,
    max: 1024,
    what: "a CHAP challenge or response after decoding (RFC 7143 12.1.3)",
    fixed: true,
  },
  pdu_data_bytes: {
    unit: "bytes",
    value: 256 * KiB,
    min: 256 * KiB,
    max: 256 * KiB,
    what: "data segment received in full feature phase (our MaxRecvDataSegmentLength)",
    fixed: true,
  },
  login_data_bytes: {
    unit: "bytes",
    value: 8 * KiB,
    min: 8 * KiB,
    max: 8 * KiB,
    what: "data segment received in the login phase (RFC 7143 13.12)",
    fixed: true,
  },
  ahs_bytes: { unit: "bytes", value: 1020, min: 1020, max: 1020, what: "additional header segments of one PDU", fixed: true },
  command_window: {
    unit: "count",
    value: 128,
    min: 16,
    max: 1024,
    what: "commands one session may have outstanding (MaxCmdSN - ExpCmdSN + 1)",
  },
  immediate_tasks: { unit: "count", value: 64, min: 8, max: 1024, what: "immediate commands one session may have outstanding" },
  transfer_bytes: {
    unit: "bytes",
    value: 16 * MiB,
    min: MiB,
    max: 64 * MiB,
    what: "data of one command (VPD B0h MAXIMUM TRANSFER LENGTH)",
  },
  buffer_bytes: {
    unit: "bytes",
    value: 256 * MiB,
    min: 32 * MiB,
    max: 1024 * MiB,
    what: "slab of one reactor: payloads in flight",
  },
  connection_buffer_bytes: {
    unit: "bytes",
    value: 64 * MiB,
    min: 16 * MiB,
    max: 1024 * MiB,
    what: "payloads in flight of one connection",
  },
  held_bytes: {
    unit: "bytes",
    value: 4 * MiB,
    min: 64 * KiB,
    max: 64 * MiB,
    what: "requests of one session that wait behind a gap in CmdSN",
  },
  socket_write_bytes: {
    unit: "bytes",
    value: 2 * MiB,
    min: 64 * KiB,
    max: 64 * MiB,
    what: "bytes handed to one socket and not yet taken by the kernel",
  },
  write_stall_ms: {
    unit: "milliseconds",
    value: 30_000,
    min: 100,
    max: 600_000,
    what: "a peer that reads nothing for this long, with answers waiting, is dropped",
  },
  nop_idle_ms: { unit: "milliseconds", value: 15_000, min: 100, max: 600_000, what: "silence after which the target pings" },
  nop_timeout_ms: {
    unit: "milliseconds",
    value: 15_000,
    min: 100,
    max: 600_000,
    what: "silence after a ping that ends the connection",
  },
  data_out_ms: {
    unit: "milliseconds",
    value: 60_000,
    min: 100,
    max: 600_000,
    what: "a command that waits for Data-Out this long ends its connection",
  },
  shutdown_ms: { unit: "milliseconds", value: 5_000, min: 100, max: 60_000, what: "drain at SIGTERM" },
  r2t_per_task: { unit: "count", value: 16, min: 1, max: 64, what: "R2Ts outstanding per task (MaxOutstandingR2T)" },
  ring_entries: {
    unit: "count",
    value: 1024,
    min: 64,
    max: 4096,
    what: "backend requests in flight per reactor; more wait their turn",
  },
  registrants: { unit: "count", value: 256, min: 16, max: 4096, what: "persistent reservation registrants of one volume" },
  identifying_information_bytes: {
    unit: "bytes",
    value: 512,
    min: 512,
    max: 512,
    what: "peripheral device identifying information of one volume (SPC-4 5.6)",
    fixed: true,
  },
  identifying_text_bytes: {
    unit: "bytes",
    value: 256,
    min: 256,
    max: 256,
    what: "text identifying information of one volume (SPC-4 5.6)",
    fixed: true,
  },
  write_same_bytes: {
    unit: "bytes",
    value: 16 * MiB,
    min: MiB,
    max: 4096 * MiB,
    what: "range of one WRITE SAME with data (VPD B0h MAXIMUM WRITE SAME LENGTH)",
  },
  unmap_descriptors: { unit: "count", value: 256, min: 1, max: 4096, what: "block descriptors of one UNMAP (VPD B0h)" },
  unmap_bytes: {
    unit: "bytes",
    value: 512 * MiB,
    min: MiB,
    max: 65536 * MiB,
    what: "range of one UNMAP (VPD B0h MAXIMUM UNMAP LBA COUNT)",
  },
  echo_buffer_bytes: {
    unit: "bytes",
    value: 4 * KiB,
    min: 4 * KiB,
    max: 4 * KiB,
    what: "echo buffer of one I_T_L nexus, taken when it is first written (SPC-4 6.18.7)",
    fixed: true,
  },
  sanitize_bytes_per_second: {
    unit: "bytes",
    value: 512 * MiB,
    min: MiB,
    max: 65536 * MiB,
    what: "what SANITIZE writes and reads per second, so that it leaves the disk to others",
  },
  atomic_write_bytes: {
    unit: "bytes",
    value: MiB,
    min: 4 * KiB,
    max: 16 * MiB,
    what: "data of one WRITE ATOMIC (VPD B0h MAXIMUM ATOMIC TRANSFER LENGTH); each volume that gets one keeps a file of twice this size in `state_dir`",
  },
  copy_operations: {
    unit: "count",
    value: 32,
    min: 32,
    max: 32,
    what: "copy operations of one session at one LUN, and results of ended ones that are kept (VPD 8Fh)",
    fixed: true,
  },
  copy_cscd_descriptors: {
    unit: "count",
    value: 16,
    min: 16,
    max: 16,
    what: "CSCD descriptors of one EXTENDED COPY (VPD 8Fh)",
    fixed: true,
  },
  copy_segments: {
    unit: "count",
    value: 64,
    min: 64,
    max: 64,
    what: "segment descriptors of one EXTENDED COPY (VPD 8Fh)",
    fixed: true,
  },
  copy_segment_bytes: {
    unit: "bytes",
    value: 64 * MiB,
    min: 64 * MiB,
    max: 64 * MiB,
    what: "data of one segment of an EXTENDED COPY (VPD 8Fh MAXIMUM SEGMENT LENGTH)",
    fixed: true,
  },
  caw_blocks: { unit: "count", value: 128, min: 1, max: 255, what: "blocks of one COMPARE AND WRITE (VPD B0h)" },
  control_connections: { unit: "count", value: 64, min: 4, max: 1024, what: "connections to the control socket" },
  control_followers: {
    unit: "count",
    value: 16,
    min: 1,
    max: 512,
    what: "of these, connections that follow events; each is sent no more than it reads",
  },
  control_request_bytes: { unit: "bytes", value: MiB, min: 4 * KiB, max: 16 * MiB, what: "body of one control request" },
  control_header_bytes: {
    unit: "bytes",
    value: 8 * KiB,
    min: 8 * KiB,
    max: 8 * KiB,
    what: "request line and headers of one control request",
    fixed: true,
  },
  control_request_ms: {
    unit: "milliseconds",
    value: 10_000,
    min: 100,
    max: 600_000,
    what: "to send one control request, and longest pause while its answer is read",
  },
  api_keys: { unit: "count", value: 256, min: 1, max: 4096, what: "keys of the REST API, expired ones included" },
  api_key_prefixes: {
    unit: "count",
    value: 32,
    min: 32,
    max: 32,
    what: "prefixes of one key of the REST API, of volumes and igroups together",
    fixed: true,
  },
  managed_objects: {
    unit: "count",
    value: 10_000,
    min: 1,
    max: 100_000,
    what: "objects made through the CLI or the REST API, and portals, CHAP users, initiators, access entries and LUN maps in them",
  },
  changes_waiting: {
    unit: "count",
    value: 64,
    min: 1,
    max: 10_000,
    what: "changes of the configuration that are carried out or wait for those before them, reloads among them",
  },
  tasks_kept: { unit: "count", value: 100, min: 1, max: 10_000, what: "tasks that have ended and are still told" },
  events_kept: { unit: "count", value: 10_000, min: 100, max: 100_000, what: "events in memory, and read back at start" },
  event_log_bytes: {
    unit: "bytes",
    value: 16 * MiB,
    min: 64 * KiB,
    max: 1024 * MiB,
    what: "events on disk, in two files that take turns",
  },
  audit_log_bytes: {
    unit: "bytes",
    value: 32 * MiB,
    min: 64 * KiB,
    max: 1024 * MiB,
    what: "changes that were made or refused, on disk, in two files that take turns",
  },
  audit_entries: {
    unit: "count",
    value: 1000,
    min: 1000,
    max: 1000,
    what: "entries of one answer of the audit log",
    fixed: true,
  },
  event_text_bytes: { unit: "bytes", value: 512, min: 512, max: 512, what: "one text of an event; more is cut", fixed: true },
} as const satisfies Record<string, LimitRow>;

export type LimitName = keyof typeof LIMITS;

/** The bounds in force: defaults with the configuration's `[limits]` over them. */
export type Limits = Readonly<Record<LimitName, number>>;

export const DEFAULT_LIMITS: Limits = Object.freeze(
  Object.fromEntries(Object.entries(LIMITS).map(([name, row]) => [name, row.value])) as Record<LimitName, number>,
);
