/** A normal session: RFC 7143 4.2.1. With MaxConnections=1 it lives and dies with its one connection. */
import type { DeviceServer } from "../scsi/device-server.ts";
import { type LunView, Nexus } from "../scsi/nexus.ts";
import { CommandWindow } from "./command-window.ts";
import type { Connection } from "./connection.ts";
import type { LoginResult } from "./login/login-machine.ts";
import { SessionRegistry } from "./session-registry.ts";

/** iSCSIProtocolLevel from which the functions of RFC 7144 may be used. */
export const RFC_7144_LEVEL = 2;

/** Totals for the log line at the end and for the session's figures. */
export interface SessionTotals {
  commands: number;
  bytesRead: number;
  bytesWritten: number;
}

export class Session {
  readonly tsih: number;
  readonly targetName: string;
  readonly portalGroupTag: number;
  readonly nexusKey: string;
  readonly login: LoginResult;
  readonly connection: Connection;
  readonly window: CommandWindow;
  readonly nexus: Nexus;
  readonly totals: SessionTotals = { commands: 0, bytesRead: 0, bytesWritten: 0 };
  readonly startedAt = new Date();
  /** Who has ended it, and why, where somebody has. */
  endedBy: { readonly actor: string; readonly reason: string } | undefined = undefined;
  readonly #device: DeviceServer;
  readonly #registry: SessionRegistry;
  #ended: Promise<void> | undefined;

  constructor(options: {
    readonly tsih: number;
    readonly targetName: string;
    readonly portalGroupTag: number;
    readonly login: LoginResult;
    readonly connection: Connection;
    readonly firstCmdSn: number;
    readonly windowSize: number;
    readonly device: DeviceServer;
    readonly registry: SessionRegistry;
    /** Tags of all portal groups of the target. */
    readonly portalGroups: readonly number[];
    readonly views: readonly LunView[];
  }) {
    this.tsih = options.tsih;
    this.targetName = options.targetName;
    this.portalGroupTag = options.portalGroupTag;
    this.login = options.login;
    this.connection = options.connection;
    this.#device = options.device;
    this.#registry = options.registry;
    const { initiatorName, isid } = options.login;
    this.nexusKey = SessionRegistry.nexusKey(initiatorName, isid, options.targetName, options.portalGroupTag);
    this.window = new CommandWindow(options.firstCmdSn, options.windowSize);
    const tag = options.portalGroupTag.toString(16).padStart(4, "0");
    this.nexus = new Nexus(initiatorName, isid, {
      targetName: options.targetName,
      portalGroupTag: options.portalGroupTag,
      portName: `${options.targetName},t,0x${tag}`,
      groups: options.portalGroups,
    });
    this.nexus.carriesQueries = options.login.parameters.iSCSIProtocolLevel >= RFC_7144_LEVEL;
    this.nexus.attach(options.views);
    this.#registry.add(this);
  }

  /** Commands that have not been answered. */
  get depth(): number {
    return this.connection.phase.depth ?? 0;
  }

  /**
   * Ends the session: its tasks are aborted, and when none has anything in flight the nexus is gone. Resolves then: what
   * comes after (a reinstated session, an answer to a reset) can rely on no byte of the old one arriving late. Idempotent.
   */
  end(): Promise<void> {
    this.#ended ??= this.#device.abortNexus(this.nexus).then(() => {
      this.nexus.detach();
      this.#registry.remove(this);
    });
    return this.#ended;
  }
}
