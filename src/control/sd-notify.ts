/**
 * The service manager's protocol, sd_notify(3): lines of text in one datagram to the unix socket that
 * $NOTIFY_SOCKET names. Node has no unix datagram sockets, so the caller hands in the sender.
 */

/** Sends one datagram to a unix socket. `path` is sun_path as the kernel takes it: an abstract name begins with a zero byte. */
export type DatagramSender = (path: Uint8Array, message: Uint8Array) => void;

export interface ServiceManager {
  /** Start-up is complete (Type=notify). */
  ready(): void;
  /** A changed configuration is being applied; `ready` follows. */
  reloading(): void;
  /** Shutdown has begun. */
  stopping(): void;
  /** One line that `systemctl status` shows. */
  status(text: string): void;
  /** The process is alive; due at least every `watchdogMs`. */
  alive(): void;
  /** How often to say so: half of what the unit allows, as sd_watchdog_enabled(3) advises; undefined: not asked for. */
  readonly watchdogMs: number | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Without a service manager, or with one that listens on something other than a unix socket, every call does
 * nothing. A datagram that can't be sent goes to `onFailure`: it must not take the disks of the hosts with it.
 */
export function serviceManager(
  env: Environment,
  pid: number,
  send: DatagramSender,
  onFailure: (error: unknown) => void,
): ServiceManager {
  const path = socketPath(env["NOTIFY_SOCKET"]);
  const tell = (message: string): void => {
    if (path === undefined) return;
    try {
      send(path, Buffer.from(message));
    } catch (error) {
      onFailure(error);
    }
  };
  return {
    ready: () => tell("READY=1"),
    // The time lets the manager tell this reload from an older one's READY=1 (sd_notify(3)).
    reloading: () => tell(`RELOADING=1\nMONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`),
    stopping: () => tell("STOPPING=1"),
    // A newline would begin another assignment.
    status: (text) => tell(`STATUS=${text.replace(/[\r\n]+/g, " ")}`),
    alive: () => tell("WATCHDOG=1"),
    watchdogMs: path === undefined ? undefined : watchdogInterval(env, pid),
  };
}

function socketPath(address: string | undefined): Uint8Array | undefined {
  if (address === undefined || !/^[/@]./.test(address)) return undefined;
  const path = Buffer.from(address);
  // In the environment "@" stands for the zero byte of the abstract namespace (sd_notify(3)).
  if (path[0] === 0x40) path[0] = 0;
  return path;
}

/** Milliseconds; $WATCHDOG_USEC is in microseconds and counts only for the process that $WATCHDOG_PID names. */
function watchdogInterval(env: Environment, pid: number): number | undefined {
  const micros = Number(env["WATCHDOG_USEC"]);
  const meant = env["WATCHDOG_PID"];
  if (!Number.isSafeInteger(micros) || micros <= 0 || (meant !== undefined && Number(meant) !== pid)) return undefined;
  return Math.max(1, Math.floor(micros / 2000));
}
