/** The store of configured objects with its audit log and its routes, as the daemon has it. */
import type { Events } from "../common/events.ts";
import type { Limits } from "../common/limits.ts";
import type { Logger } from "../common/logger.ts";
import { type FileFacts, realFiles } from "../config/file-facts.ts";
import { type LoadedConfiguration, loadConfiguration } from "../config/load.ts";
import type { RememberedFiles } from "../config/remembered-files.ts";
import type { ApiKeyAudit } from "../control/api-keys-routes.ts";
import { AuditLog, actorOf } from "../control/audit-log.ts";
import { requireAdmin } from "../control/caller-role.ts";
import { ControlError } from "../control/control-error.ts";
import type { PlanAnswer } from "../control/questions.ts";
import type { ControlRequest, Route } from "../control/routes.ts";
import { configRoutes } from "./config-routes.ts";
import { ManagedFile } from "./managed-file.ts";
import { renderDocument } from "./render.ts";
import { type Applier, ManagedStore } from "./store.ts";

export interface ManagedServiceOptions {
  readonly loaded: LoadedConfiguration;
  readonly remembered: RememberedFiles;
  readonly configFile: string;
  readonly nodeUuid: string;
  readonly applier: Applier;
  readonly log: Logger;
  readonly events: Events;
  /** Why nothing can be changed now; undefined when it can. */
  readonly obstacle: () => string | undefined;
}

/** Who acts where nobody has asked over the control socket. */
const NOBODY = "lunette";

export class ManagedService {
  readonly routes: readonly Route[];
  readonly #options: ManagedServiceOptions;
  readonly #store: ManagedStore;
  readonly #audit: AuditLog;

  private constructor(options: ManagedServiceOptions, store: ManagedStore, audit: AuditLog) {
    this.#options = options;
    this.#store = store;
    this.#audit = audit;
    const { log, obstacle, loaded } = options;
    const { stateDir } = loaded.configuration.node;
    this.routes = configRoutes({ store, audit, log, obstacle, stateDir });
  }

  static async open(options: ManagedServiceOptions): Promise<ManagedService> {
    const { loaded, remembered, configFile, nodeUuid, applier, log } = options;
    const { node, limits } = loaded.configuration;
    const audit = new AuditLog({
      stateDir: node.stateDir,
      limits,
      onFailure: (error) =>
        log
          .limited("audit")
          .error(
            { reason: error.message },
            "the audit log can't be kept on disk: see that state_dir is writable, and has room",
          ),
    });
    await audit.open();
    const file = new ManagedFile(loaded.managedFile);
    const store = new ManagedStore({ configFile, nodeUuid, applier, file, loaded, remembered });
    const service = new ManagedService(options, store, audit);
    // A crash between a change and its entry, or somebody who has edited or restored the file.
    const { generation } = store.view.document;
    if (generation !== (audit.generation ?? 0)) await service.#noteWhole("START");
    return service;
  }

  /** What a reload would read now: while Lunette runs its state stays where it is, whatever `state_dir` says. */
  readonly loadNow = (file: string, files: FileFacts = realFiles): LoadedConfiguration =>
    loadConfiguration(file, files, { managedFile: this.#options.loaded.managedFile });

  readonly audit: ApiKeyAudit = (request, outcome) => this.#audit.note(request, outcome);

  readonly noteUnreadable = (
    request: Pick<ControlRequest, "method" | "path" | "headers" | "peer">,
    { type, message }: ControlError,
  ): Promise<void> => {
    const { method, path, peer } = request;
    return this.#audit.record({ actor: actorOf(request), peer, method, path, outcome: "refused", error: type, message });
  };

  async reload(request: ControlRequest | undefined, force: boolean): Promise<PlanAnswer> {
    const { log, events } = this.#options;
    const actor = request === undefined ? NOBODY : actorOf(request);
    const facts = { actor, peer: request?.peer, method: request?.method ?? "SIGHUP", path: request?.path ?? "/v1/reload" };
    let before: string | undefined;
    try {
      if (request !== undefined) requireAdmin(request, "a reload");
      const obstacle = this.#options.obstacle();
      if (obstacle !== undefined) throw new ControlError("reload-refused", obstacle);
      before = renderDocument(this.#store.view.document);
      const answer = await this.#store.reload({ force, actor: request === undefined ? undefined : actor });
      if (renderDocument(this.#store.view.document) === before) await this.#audit.record({ ...facts, outcome: "applied" });
      else await this.#noteWhole(facts.method);
      return answer;
    } catch (error) {
      const known = error instanceof ControlError;
      const message = (error as Error).message;
      // A defect in the middle: what was read counts, and the log has to tell it.
      if (before !== undefined && renderDocument(this.#store.view.document) !== before) await this.#noteWhole(facts.method);
      await this.#audit.record({ ...facts, outcome: "refused", error: known ? error.type : "internal-error", message });
      if (known && error.type === "internal-error") throw error;
      log.error({ reason: message }, "configuration refused: nothing has changed");
      events.record("configuration-refused", { reason: message, actor });
      throw known ? error : new ControlError("reload-refused", message);
    }
  }

  /** An entry with all that is managed: from here on the log is the whole story again. */
  async #noteWhole(method: string): Promise<void> {
    const { view } = this.#store;
    const { generation } = view.document;
    const facts = { actor: NOBODY, method, path: "/v1/config", outcome: "applied" as const, generation };
    await this.#audit.record({ ...facts, after: view.everything("managed") });
  }

  /** Of the store: rises with each change of what is managed. */
  get generation(): number {
    return this.#store.view.document.generation;
  }

  changeLimits(limits: Limits): void {
    this.#audit.changeLimits(limits);
  }

  close(): Promise<void> {
    return this.#audit.close();
  }
}
