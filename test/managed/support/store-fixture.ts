/** A store over real files, with nothing that runs behind it: changes are planned and stored, and then simply are in force. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { REAL_DISK } from "../../../src/common/atomic-file.ts";
import { DEFAULT_LIMITS } from "../../../src/common/limits.ts";
import { realFiles } from "../../../src/config/file-facts.ts";
import { loadConfiguration } from "../../../src/config/load.ts";
import type { Configuration } from "../../../src/config/model.ts";
import { configurationToRun, planChanges } from "../../../src/config/plan.ts";
import { RememberedFiles } from "../../../src/config/remembered-files.ts";
import { AuditLog } from "../../../src/control/audit-log.ts";
import { ControlError } from "../../../src/control/control-error.ts";
import { RoutePaths } from "../../../src/control/route-paths.ts";
import type { ControlAnswer, ControlHeaders, Method } from "../../../src/control/routes.ts";
import { configRoutes } from "../../../src/managed/config-routes.ts";
import { ManagedFile } from "../../../src/managed/managed-file.ts";
import { type Applier, ManagedStore } from "../../../src/managed/store.ts";
import { recordingLog } from "../../support/control.ts";

export const NODE_UUID = "5a1f6a3e-7f0c-4a9e-9d59-3a6d8a2f5c11";

export interface StoreFixture {
  readonly folder: string;
  readonly store: ManagedStore;
  readonly audit: AuditLog;
  running(): Configuration;
  /** Where the paths of volumes that are to be opened may lead. */
  readonly expected: ReadonlyMap<string, { readonly file: string; readonly realPath: string }>;
  /** As over the control socket; a ControlError becomes its status and type. */
  ask(method: Method, path: string, body?: object, headers?: ControlHeaders): Promise<Asked>;
  /** managed.toml as it is on disk; undefined when there is none. */
  text(): Promise<string | undefined>;
}

export interface Asked {
  readonly status: number;
  readonly etag?: string | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the route says; the test looks at it
  readonly json: any;
}

export interface StoreOptions {
  readonly disk?: typeof REAL_DISK;
  /** Fails after the document is written, as growing a volume may. */
  readonly failAfterWrite?: () => Error | undefined;
  /** A defect, when the change is in force already. */
  readonly failAfterCommit?: () => Error | undefined;
}

export const HAND_WRITTEN = `[node]
base_iqn = "iqn.2026-11.com.example"
[[portal_group]]
tag = 1
portals = ["127.0.0.1:3260"]
[[igroup]]
name = "by-hand"
initiators = ["iqn.2026-11.com.example:by-hand"]
`;

/** Writes the hand-written file into the folder, with its state beside it. */
export async function prepareFolder(folder: string, text = HAND_WRITTEN): Promise<string> {
  const file = join(folder, "lunette.toml");
  await writeFile(file, text.replace("[node]\n", `[node]\nstate_dir = "${join(folder, "state")}"\n`), { mode: 0o600 });
  await mkdir(join(folder, "state"), { recursive: true });
  return file;
}

const audits: AuditLog[] = [];

/** The end of every test. */
export async function closeStores(): Promise<void> {
  await Promise.all(audits.splice(0).map((audit) => audit.close()));
}

/** A store over what is in the folder: as after a start of the daemon. */
export async function openStore(folder: string, options: StoreOptions = {}): Promise<StoreFixture> {
  const configFile = join(folder, "lunette.toml");
  const remembered = new RememberedFiles(realFiles);
  const loaded = loadConfiguration(configFile, remembered);
  let running = loaded.configuration;
  let turn: Promise<unknown> = Promise.resolve();
  const expected = new Map<string, { readonly file: string; readonly realPath: string }>();
  const applier: Applier = {
    expectAt: (path, place) => void (place === undefined ? expected.delete(path) : expected.set(path, place)),
    exclusive: (work) => {
      const result = turn.then(work);
      turn = result.catch(() => {});
      return result;
    },
    apply: async ({ configuration: wanted, files, warnings }, { force, dryRun, refusal, store }) => {
      const plan = planChanges(running, wanted, { force });
      if (!dryRun) {
        if (plan.refusals.length > 0) throw new ControlError(refusal, plan.refusals.map(({ why }) => why).join());
        await store?.write();
        const failure = options.failAfterWrite?.();
        if (failure !== undefined) {
          await store?.restore();
          throw new ControlError(refusal, failure.message);
        }
        running = configurationToRun(running, wanted, plan);
        const defect = options.failAfterCommit?.();
        if (defect !== undefined) throw defect;
      }
      return { plan, sessions: [], files, warnings };
    },
  };
  const { stateDir } = loaded.configuration.node;
  const audit = new AuditLog({
    stateDir,
    limits: DEFAULT_LIMITS,
    onFailure: (error) => {
      throw error;
    },
  });
  await audit.open();
  const file = new ManagedFile(loaded.managedFile, options.disk ?? REAL_DISK);
  const store = new ManagedStore({ configFile, nodeUuid: NODE_UUID, applier, file, loaded, remembered });
  const { log } = recordingLog();
  const routes = new RoutePaths(configRoutes({ store, audit, log, stateDir, obstacle: () => undefined }));
  audits.push(audit);
  return {
    folder,
    store,
    audit,
    running: () => running,
    expected,
    text: () => readFile(loaded.managedFile, "utf8").catch(() => undefined),
    ask: async (method, target, body, headers = {}) => {
      const [path = "", query] = target.split("?");
      const found = routes.find(`/v1${path}`);
      const route = found?.methods.get(method);
      if (found === undefined || route === undefined) throw new Error(`no route for ${method} ${path}`);
      try {
        const answer = (await route.handle({
          method,
          path: `/v1${path}`,
          params: found.params,
          headers: { actor: "test", ...headers },
          query: new URLSearchParams(query),
          body: method === "GET" ? undefined : ((body ?? {}) as Record<string, unknown>),
          peer: undefined,
        })) as Extract<ControlAnswer, { kind: "json" }>;
        return { status: answer.status ?? 200, etag: answer.etag, json: answer.value };
      } catch (error) {
        if (!(error instanceof ControlError)) throw error;
        return { status: error.status, json: JSON.parse(error.body()) };
      }
    },
  };
}
