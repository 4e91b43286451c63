/**
 * The store of configured objects: every change while Lunette runs goes through here, one after the other and in one queue with reloads.
 *
 *   what is there → edit of the managed document → merged with the hand-written text as last applied → validated whole → plan
 *   → prepare what can fail → managed.toml written → commit → audit log → answer
 *
 * Whatever fails before the commit leaves everything as it was, on disk too.
 */
import path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { ConfigError } from "../config/config-error.ts";
import { type FileFacts, realFiles } from "../config/file-facts.ts";
import { type LoadedConfiguration, loadConfiguration } from "../config/load.ts";
import type { Plan } from "../config/plan.ts";
import type { TouchedSession } from "../config/plan-text.ts";
import { RememberedFiles } from "../config/remembered-files.ts";
import { ControlError } from "../control/control-error.ts";
import { loadWanted, type PlanAnswer } from "../control/questions.ts";
import type { Task } from "../control/tasks.ts";
import { type ChangeRequest, type Intent, intentOf } from "./change.ts";
import { type Collection, managedCount } from "./collections.ts";
import { applyEdit, documentOf, type Edit, type ManagedDocument, type Raw } from "./document.ts";
import { ConfigView, type Entity } from "./entities.ts";
import type { ManagedFile } from "./managed-file.ts";
import { invalidByLoader, invalidObject } from "./problems.ts";
import { documentSource, renderFault } from "./render.ts";
import { obstacle, type Scope } from "./scope.ts";
import { prepareVolumeFolder } from "./volume-paths.ts";

/** What runs, as the store changes it. */
export interface Applier {
  /** After everything that was asked before, and before everything that will be. */
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  /** From what runs to `wanted`: all of it, or nothing and an error. */
  apply(wanted: LoadedConfiguration, how: ApplyOptions): Promise<PlanAnswer>;
  /** The volume with this path, which `file` defines, is first opened only where the path leads to `realPath`; undefined: wherever it leads. */
  expectAt(path: string, expected: { readonly file: string; readonly realPath: string } | undefined): void;
}

export interface ApplyOptions {
  /** Shrink what is mapped. */
  readonly force: boolean;
  /** Only think. */
  readonly dryRun: boolean;
  /** The error of a plan that can't be done. */
  readonly refusal: "reload-refused" | "change-refused";
  readonly actor: string | undefined;
  /** Makes the change durable, once all that can be tried beforehand has succeeded; undoes it when something fails after all. */
  readonly store?: { write(): Promise<void>; restore(): Promise<void> };
}

export interface ChangeOptions {
  readonly force: boolean;
  readonly dryRun: boolean;
  readonly actor: string | undefined;
  readonly scope: Scope | undefined;
  /** Looks at what is there before anything is done; its error keeps it from being done. */
  readonly check?: (before: Raw) => Promise<void>;
  /** Runs within the queue, once the change is in force, or stored at least: what has to follow before another one. */
  readonly afterwards?: (change: AppliedChange) => Promise<void>;
}

export interface AppliedChange {
  readonly collection: Collection;
  readonly id: string;
  readonly generation: number;
  /** The whole object, also where a part of it was changed. */
  readonly before: Entity | undefined;
  readonly after: Entity | undefined;
  /** A defect has come in between: it is in force in part, and will be whole after a restart. */
  readonly defect?: ControlError;
}

export interface ChangeResult {
  readonly created: boolean;
  /** Nothing was to be done. */
  readonly unchanged: boolean;
  readonly entity: Entity | undefined;
  readonly generation: number;
  readonly plan: Plan;
  /** Those that the change touches. */
  readonly sessions: readonly TouchedSession[];
  /** What goes on: the volume of the request is being created. */
  readonly task?: Task;
}

export interface ManagedStoreOptions {
  readonly configFile: string;
  readonly nodeUuid: string;
  readonly applier: Applier;
  readonly file: ManagedFile;
  /** What has been applied, and the files it was read from. */
  readonly loaded: LoadedConfiguration;
  readonly remembered: RememberedFiles;
  readonly files?: FileFacts;
  readonly now?: () => Date;
}

const NO_PLAN: Plan = { steps: [], refusals: [], restarts: [] };

export class ManagedStore {
  readonly #options: ManagedStoreOptions;
  readonly #files: FileFacts;
  #view: ConfigView;
  #remembered: RememberedFiles;
  /** Those that wait, and the one that is carried out. */
  #waiting = 0;

  constructor(options: ManagedStoreOptions) {
    this.#options = options;
    this.#files = options.files ?? realFiles;
    this.#remembered = options.remembered;
    this.#view = this.#viewOf(options.loaded, documentOf(options.loaded));
  }

  /** What was last applied: a snapshot. */
  get view(): ConfigView {
    return this.#view;
  }

  #viewOf(loaded: LoadedConfiguration, document: ManagedDocument): ConfigView {
    return new ConfigView(loaded, document, this.#options.nodeUuid);
  }

  /** Reads both files anew. @throws ControlError, ConfigError: then nothing has changed */
  async reload(options: { readonly force: boolean; readonly actor: string | undefined }): Promise<PlanAnswer> {
    const { configFile, file } = this.#options;
    const managedFile = file.path;
    return await this.#inTurn(async () => {
      const remembered = new RememberedFiles(this.#files);
      // While Lunette runs its state stays where it is, whatever `state_dir` says now.
      const loaded = loadWanted(configFile, (file) => loadConfiguration(file, remembered, { managedFile }));
      // Reading is the longest step of all: what hosts have sent meanwhile is served before the next one.
      await nextTurn();
      // A filesystem that is not mounted must not look as if everything had been deleted.
      if (loaded.managed === undefined && this.#view.document.objects.size > 0)
        throw new ControlError(
          "reload-refused",
          `${managedFile} is gone, and ${this.#view.document.objects.size} objects that it held are in use: put it back, or change any of them, which writes it anew`,
        );
      const next = this.#viewOf(loaded, documentOf(loaded));
      return await this.#apply(next, remembered, { ...options, dryRun: false, refusal: "reload-refused" });
    });
  }

  /** @throws ControlError: then nothing has changed */
  change(request: ChangeRequest, options: ChangeOptions): Promise<ChangeResult> {
    return this.#inTurn(() => this.#change(request, options));
  }

  /** However many ask, one after the other; more than a bound do not wait. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const most = this.#view.loaded.configuration.limits.changes_waiting;
    if (this.#waiting >= most) throw new ControlError("too-many-changes", `${this.#waiting} changes wait already`);
    this.#waiting += 1;
    try {
      return await this.#options.applier.exclusive(work);
    } finally {
      this.#waiting -= 1;
    }
  }

  async #change(request: ChangeRequest, options: ChangeOptions): Promise<ChangeResult> {
    const view = this.#view;
    // Whoever may not change this kind of object learns nothing of what stands in the way of others.
    refuse(obstacle(options.scope, { table: request.collection.kind.header, before: undefined, after: undefined }));
    const intent = intentOf(view, request);
    const { edit, before } = intent;
    if (edit === undefined) return this.#unchanged(view, request, intent);
    refuse(obstacle(options.scope, { table: edit.table, before, after: edit.raw }));
    if (before !== undefined) await options.check?.(before);
    const fault = edit.raw === undefined ? undefined : renderFault(edit.table, edit.raw);
    if (fault !== undefined) throw invalidObject([{ message: `this can't be kept: ${fault}` }]);
    const document = applyEdit(view.document, edit, this.#options.now?.() ?? new Date());
    refuseTooMany(view, document);
    const remembered = new RememberedFiles(this.#files, this.#remembered, secretFilesOf(edit, view));
    const loaded = this.#load(view, document, remembered, request, intent);
    await nextTurn();
    const next = this.#viewOf(loaded, document);
    const { dryRun, force, actor } = options;
    if (!dryRun && edit.table === "volume") await prepareVolumeFolder(loaded, edit.raw?.["path"]);
    const { collection } = request;
    const { id } = intent;
    const whole = (of: ConfigView): Entity | undefined => {
      const item = of.find(collection, id);
      return item === undefined ? undefined : of.entity(item);
    };
    const applied = { collection, id, generation: document.generation, before: whole(view), after: whole(next) };
    const how = { force, dryRun, actor, refusal: "change-refused", store: this.#storing(view.document, document) } as const;
    const { applier } = this.#options;
    const [oldPath, newPath] = [before, edit.raw].map((raw) => (edit.table === "volume" ? raw?.["path"] : undefined));
    const { realPath } = intent;
    const expects = !dryRun && typeof newPath === "string" && realPath !== undefined;
    if (expects) applier.expectAt(newPath, { file: loaded.managedFile, realPath });
    const answer = await this.#apply(next, remembered, how).catch(async (error: unknown) => {
      if (isDefect(error)) await options.afterwards?.({ ...applied, defect: error });
      else if (expects) applier.expectAt(newPath, undefined);
      throw error;
    });
    if (!dryRun && typeof oldPath === "string" && oldPath !== newPath) applier.expectAt(oldPath, undefined);
    const task = answer.tasks?.find(({ volume }) => collection.kind.header === "volume" && volume === id);
    if (!dryRun) await options.afterwards?.(applied);
    return {
      ...(task === undefined ? {} : { task }),
      created: intent.created,
      unchanged: false,
      entity: entityIn(next, request, intent),
      generation: dryRun ? view.document.generation : document.generation,
      plan: answer.plan,
      sessions: answer.sessions.filter(({ outcome }) => outcome !== "nothing"),
    };
  }

  #unchanged(view: ConfigView, request: ChangeRequest, intent: Intent): ChangeResult {
    return {
      created: false,
      unchanged: true,
      entity: entityIn(view, request, intent),
      generation: view.document.generation,
      plan: NO_PLAN,
      sessions: [],
    };
  }

  #load(
    view: ConfigView,
    document: ManagedDocument,
    remembered: RememberedFiles,
    request: ChangeRequest,
    { bodyPath }: Intent,
  ): LoadedConfiguration {
    const { configFile, file } = this.#options;
    const managed = documentSource(document, file.path);
    try {
      return loadConfiguration(configFile, remembered, { main: view.loaded.main, managed, managedFile: file.path });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      throw invalidByLoader(error, bodyPath, request.part?.kind === undefined ? request.part?.member : undefined);
    }
  }

  #storing(before: ManagedDocument, document: ManagedDocument): NonNullable<ApplyOptions["store"]> {
    const { file } = this.#options;
    const old = this.#view.loaded.managed === undefined ? undefined : before;
    return { write: () => file.replace(document, old), restore: () => file.restore(old) };
  }

  async #apply(next: ConfigView, remembered: RememberedFiles, how: ApplyOptions): Promise<PlanAnswer> {
    const adopt = (): void => {
      this.#view = next;
      this.#remembered = remembered;
    };
    try {
      const answer = await this.#options.applier.apply(next.loaded, how);
      if (!how.dryRun) adopt();
      return answer;
    } catch (error) {
      // A defect in the middle: what is stored is the new one, and a restart makes all of it true.
      if (isDefect(error) && !how.dryRun) adopt();
      throw error;
    }
  }
}

const isDefect = (error: unknown): error is ControlError => error instanceof ControlError && error.type === "internal-error";

function refuse(why: string | undefined): void {
  if (why !== undefined) throw new ControlError("not-permitted", why);
}

/** Every change writes and validates the whole document. What exceeds a bound that was lowered stays, and may become fewer. */
function refuseTooMany({ document: before, loaded }: ConfigView, after: ManagedDocument): void {
  const most = loaded.configuration.limits.managed_objects;
  const count = managedCount(after);
  if (count <= most || count <= managedCount(before)) return;
  const message = `this would make ${count} managed objects, their parts included, and limits.managed_objects is ${most}: delete some that are not used, or raise managed_objects`;
  throw new ControlError("change-refused", message);
}

/** The object of the request as `view` has it; undefined once it is gone. */
function entityIn(view: ConfigView, { collection, part }: ChangeRequest, { id, partId }: Intent): Entity | undefined {
  const item = view.find(collection, id);
  if (item === undefined) return undefined;
  if (part === undefined) return view.entity(item);
  const element = ((item.raw[part.key] ?? []) as readonly unknown[]).find(
    (each) => partId !== undefined && part.idOf(each) === partId,
  );
  return element === undefined ? undefined : view.partEntity(item, part, element);
}

/** Files with secrets that the changed object names are read again: whoever writes it wants what they hold now. */
function secretFilesOf({ table, raw }: Edit, { loaded }: ConfigView): ReadonlySet<string> {
  if (table !== "auth_group" || !Array.isArray(raw?.["chap"])) return new Set();
  const folder = path.dirname(loaded.managedFile);
  const written = (raw["chap"] as readonly Raw[]).flatMap((chap) => [chap["secret_file"], chap["mutual_secret_file"]]);
  return new Set(written.filter((file) => typeof file === "string").map((file) => path.resolve(folder, file)));
}
