/** The paths of the control socket under `/v1/config`: the collections, made from the table of them, and the audit log at `/v1/audit`. */
import type { Logger } from "../common/logger.ts";
import { type AuditLog, actorOf } from "../control/audit-log.ts";
import { requireAdmin } from "../control/caller-role.ts";
import { ControlError } from "../control/control-error.ts";
import { type ControlAnswer, type ControlRequest, type Method, type Route, wholeNumber } from "../control/routes.ts";
import type { Action } from "./change.ts";
import { COLLECTIONS, type Collection, type Part, SINGLETONS } from "./collections.ts";
import { type Entity, etagOf } from "./entities.ts";
import { scopeOf } from "./scope.ts";
import type { ManagedStore } from "./store.ts";
import { checkRemovable, removeVolumeFile } from "./volume-file.ts";

export interface ConfigRoutesOptions {
  readonly store: ManagedStore;
  readonly audit: AuditLog;
  readonly log: Logger;
  /** Why nothing can be changed now; undefined when it can. */
  readonly obstacle: () => string | undefined;
  readonly stateDir: string;
}

const json = (value: unknown, entity?: Entity, status: 200 | 201 | 202 = 200): ControlAnswer => ({
  kind: "json",
  value,
  status,
  ...(entity === undefined ? {} : { etag: etagOf(entity) }),
});

const ACTIONS: readonly (readonly [Method, Action])[] = [
  ["PUT", "replace"],
  ["PATCH", "patch"],
  ["DELETE", "remove"],
];

export function configRoutes(options: ConfigRoutesOptions): readonly Route[] {
  const { store, audit } = options;
  const routes: Route[] = [
    { method: "GET", path: "/v1/config", parameters: [], handle: () => json(store.view.everything()) },
    { method: "GET", path: "/v1/audit", parameters: ["from", "limit"], handle: (request) => readAudit(audit, request) },
  ];
  for (const collection of SINGLETONS) {
    const path = `/v1/config/${collection.segment}`;
    routes.push({ method: "GET", path, parameters: [], handle: () => readOne(store, collection, collection.segment) });
    for (const [method, action] of ACTIONS) routes.push(changeRoute(options, method, path, action, collection));
  }
  for (const collection of COLLECTIONS) {
    const list = `/v1/config/${collection.segment}`;
    const one = `${list}/:id`;
    routes.push(
      { method: "GET", path: list, parameters: [], handle: () => readAll(store, collection) },
      changeRoute(options, "POST", list, "create", collection),
      { method: "GET", path: one, parameters: [], handle: ({ params }) => readOne(store, collection, params["id"] ?? "") },
      ...ACTIONS.map(([method, action]) => changeRoute(options, method, one, action, collection)),
    );
    for (const part of collection.parts) routes.push(...partRoutes(options, `${one}/${part.segment}`, collection, part));
  }
  return routes;
}

function partRoutes(options: ConfigRoutesOptions, list: string, collection: Collection, part: Part): Route[] {
  const { store } = options;
  const one = `${list}/:sub`;
  const owner = (id = ""): { item: NonNullable<ReturnType<typeof store.view.find>>; elements: readonly unknown[] } => {
    const item = store.view.find(collection, id);
    if (item === undefined) throw unknown(collection.word, id);
    return { item, elements: (item.raw[part.key] ?? []) as readonly unknown[] };
  };
  return [
    {
      method: "GET",
      path: list,
      parameters: [],
      handle: ({ params }) => {
        const { item, elements } = owner(params["id"]);
        const { view } = store;
        const items = elements.map((element) => view.partEntity(item, part, element));
        return json({ generation: view.document.generation, items });
      },
    },
    {
      method: "GET",
      path: one,
      parameters: [],
      handle: ({ params }) => {
        const { item, elements } = owner(params["id"]);
        const wanted = part.canonical(params["sub"] ?? "");
        const element = elements.find((each) => part.idOf(each) === wanted);
        if (element === undefined) throw unknown(part.word, params["sub"] ?? "");
        const entity = store.view.partEntity(item, part, element);
        return json(entity, entity);
      },
    },
    changeRoute(options, "POST", list, "create", collection, part),
    ...ACTIONS.map(([method, action]) => changeRoute(options, method, one, action, collection, part)),
  ];
}

function readAll(store: ManagedStore, collection: Collection): ControlAnswer {
  const { view } = store;
  const items = [...view.items(collection).values()].map((item) => view.entity(item));
  return json({ generation: view.document.generation, items });
}

function readOne(store: ManagedStore, collection: Collection, id: string): ControlAnswer {
  const item = store.view.find(collection, id);
  if (item === undefined) throw unknown(collection.word, id);
  const entity = store.view.entity(item);
  return json(entity, entity);
}

const unknown = (word: string, id: string): ControlError =>
  new ControlError("unknown-object", `there is no ${word} ${JSON.stringify(id.slice(0, 300))}`);

async function readAudit(audit: AuditLog, request: ControlRequest): Promise<ControlAnswer> {
  requireAdmin(request, "reading the audit log");
  const { query } = request;
  return json(await audit.read(wholeNumber(query, "from", 0), wholeNumber(query, "limit", 1)));
}

// ---- Changes --------------------------------------------------------------------------------------------

function changeRoute(
  options: ConfigRoutesOptions,
  method: Method,
  path: string,
  action: Action,
  collection: Collection,
  part?: Part,
): Route {
  const deletesFile = action === "remove" && collection.kind.header === "volume";
  return {
    method,
    path,
    parameters: ["dry_run", "force", ...(deletesFile ? ["delete_file"] : [])],
    handle: (request) => change(options, request, action, collection, part),
  };
}

async function change(
  options: ConfigRoutesOptions,
  request: ControlRequest,
  action: Action,
  collection: Collection,
  part: Part | undefined,
): Promise<ControlAnswer> {
  const { store, audit, stateDir } = options;
  const { query, params, headers, body = {}, peer, method, path } = request;
  const actor = actorOf(request);
  const facts = { actor, peer, method, path };
  let dryRun = false;
  let kept: Promise<void> | undefined;
  let fileKept: string | undefined;
  try {
    dryRun = flag(query, "dry_run");
    const deleteFile = flag(query, "delete_file");
    const obstacle = options.obstacle();
    if (obstacle !== undefined) throw new ControlError("change-refused", obstacle);
    const { ifMatch, ifNoneMatch } = headers;
    const result = await store.change(
      {
        action,
        collection,
        id: params["id"] ?? (SINGLETONS.includes(collection) ? collection.segment : undefined),
        ...(part === undefined ? {} : { part, partId: params["sub"] }),
        body,
        ifMatch,
        ifNoneMatch,
      },
      {
        force: flag(query, "force"),
        dryRun,
        actor,
        scope: scopeOf(headers.scope),
        ...(deleteFile ? { check: (before) => checkRemovable(stateDir, before) } : {}),
        afterwards: async (applied) => {
          const { collection, id, generation, before, after, defect } = applied;
          const { type: error, message } = defect ?? {};
          const object = { collection: collection.plural, id, before, after };
          // In the order of the changes. This one's answer waits for the disk; the next change need not.
          kept = audit.record({ ...facts, outcome: "applied", error, message, generation, ...object });
          if (deleteFile && before !== undefined && defect === undefined) fileKept = await removeVolumeFile(options, before);
        },
      },
    );
    await kept;
    const { entity, generation, plan, sessions, task, created } = result;
    const answer = {
      ...(entity === undefined ? {} : { object: entity }),
      generation,
      plan,
      sessions,
      ...(fileKept === undefined ? {} : { file_kept: fileKept }),
    };
    const status = task !== undefined ? 202 : created && !dryRun ? 201 : 200;
    // What is only thought has no etag: nothing has been given it.
    return json(task === undefined ? answer : { ...answer, task }, dryRun ? undefined : entity, status);
  } catch (error) {
    const { type, message } =
      error instanceof ControlError ? error : { type: "internal-error", message: "a defect of Lunette" };
    if (kept === undefined && !dryRun) kept = audit.record({ ...facts, outcome: "refused", error: type, message });
    await kept;
    throw error;
  }
}

function flag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  if (value === null || value === "0") return false;
  if (value === "1") return true;
  throw new ControlError("bad-parameter", `${name}=${value.slice(0, 40)}: only ${name}=1 is known`);
}
