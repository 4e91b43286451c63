/** From a request to the edit of the document that it asks for: what is there, what shall be there, and whether that may be asked at all. */
import { isDeepStrictEqual } from "node:util";
import { formatPlace } from "../config/config-error.ts";
import { objectNameFault, pathFault } from "../config/text-rules.ts";
import type { TomlPath } from "../config/toml-source.ts";
import { ControlError } from "../control/control-error.ts";
import { LONE_SURROGATE, mergePatch, says, tableOf, withoutMeta } from "./body.ts";
import { type Collection, type Part, SINGLETONS } from "./collections.ts";
import { type Edit, type Raw, rowsOf } from "./document.ts";
import { type ConfigView, completed, type Entity, etagOf, type Item } from "./entities.ts";
import { invalidObject, pointerOf } from "./problems.ts";
import { usesOf } from "./uses.ts";
import { absoluteVolumePath, checkVolumePath, defaultVolumePath } from "./volume-paths.ts";

export type Action = "create" | "replace" | "patch" | "remove";

export interface ChangeRequest {
  readonly action: Action;
  readonly collection: Collection;
  /** undefined: it is in the body. */
  readonly id: string | undefined;
  readonly part?: Part;
  readonly partId?: string | undefined;
  readonly body: Raw;
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
}

export interface Intent {
  /** undefined: what is asked for is there already. */
  readonly edit: Edit | undefined;
  readonly before: Raw | undefined;
  readonly item: Item | undefined;
  /** Whether the object, or the part that the request is about, is new. */
  readonly created: boolean;
  /** The id of the object, and of its part, once the change is made. */
  readonly id: string;
  readonly partId: string | undefined;
  /** Where the body of the request stands in the next document. */
  readonly bodyPath: TomlPath;
  /** Of a volume whose path is new: where that leads without symbolic links. */
  readonly realPath?: string | undefined;
}

export function intentOf(view: ConfigView, request: ChangeRequest): Intent {
  return request.part === undefined ? objectIntent(view, request) : partIntent(view, request, request.part);
}

// ---- Objects ------------------------------------------------------------------------------------------

function objectIntent(view: ConfigView, request: ChangeRequest): Intent {
  const { action, collection, body } = request;
  const { kind } = collection;
  const single = SINGLETONS.includes(collection);
  const named = request.id ?? collection.idOf(body, view.baseIqn);
  const item = named === undefined ? undefined : view.find(collection, named);
  if (item === undefined && (action === "patch" || action === "remove")) throw unknownObject(collection.word, named ?? "");
  const there = item === undefined ? undefined : view.entity(item);
  checkPreconditions(request, there);
  if (action === "remove") return removal(view, item as Item);
  const given = withoutMeta(kind, body, there);
  const patched = action === "patch" ? (mergePatch(item?.raw ?? {}, given) as Raw) : given;
  const table = tableOf(kind, patched, item?.raw);
  const fields = kind.header === "volume" ? withAbsolutePath(view, table) : table;
  if (action === "patch") refuseNulls(view, item as Item, given, fields);
  if (action === "create" && item !== undefined) {
    if (says(completed(kind, item.raw, false), fields)) return nothingToDo(item);
    const { place } = there as Entity;
    const where = place === undefined ? "" : `, in ${place}`;
    throw new ControlError("already-exists", `${collection.word} ${item.id} is there already${where}, with other fields`, {
      ...(place === undefined ? {} : { place }),
    });
  }
  const identified = request.id === undefined || single ? fields : withIdentity(view, collection, request.id, fields);
  const { raw, realPath } = kind.header === "volume" ? withPath(view, identified, item) : { raw: identified };
  const id = collection.idOf(raw, view.baseIqn) ?? "";
  if (item !== undefined && id !== item.id) throw otherId(collection.word, item.id, id, kind.label ?? "name");
  if (item !== undefined && isDeepStrictEqual(completed(kind, item.raw, false), completed(kind, raw, false)))
    return nothingToDo(item);
  refuseFromFile(item);
  const index = item?.index ?? rowsOf(view.document, kind.header).length;
  return {
    edit: { table: kind.header, index: item?.index, raw },
    before: item?.raw,
    item,
    created: item === undefined,
    id,
    partId: undefined,
    bodyPath: single ? [kind.header] : [kind.header, index],
    realPath,
  };
}

function removal(view: ConfigView, item: Item): Intent {
  const { collection, index, id, raw } = item;
  refuseFromFile(item);
  const uses = usesOf(item, view.loaded.draft);
  if (uses.length > 0) {
    const told = uses.slice(0, 10).map(({ kind, name, place }) => `${kind} ${name} (${place})`);
    const more = uses.length > told.length ? `, and ${uses.length - told.length} more` : "";
    throw new ControlError("in-use", `${collection.word} ${id} is used by ${told.join(", ")}${more}`, { uses });
  }
  const unset = SINGLETONS.includes(collection) && item.meta === undefined && Object.keys(raw).length === 0;
  if (unset) return nothingToDo(item);
  const edit = { table: collection.kind.header, index, raw: undefined };
  return { edit, before: raw, item, created: false, id, partId: undefined, bodyPath: [] };
}

const nothingToDo = (item: Item, partId?: string): Intent => ({
  edit: undefined,
  before: item.raw,
  item,
  created: false,
  id: item.id,
  partId,
  bodyPath: [],
});

/** The id of the address stands for the fields that make it, where the body has none. */
function withIdentity(view: ConfigView, collection: Collection, id: string, fields: Raw): Raw {
  const { baseIqn } = view;
  if (collection.idOf(fields, baseIqn) === undefined) return { ...collection.identity(id, baseIqn), ...fields };
  const said = collection.idOf(fields, baseIqn);
  const wanted = collection.canonical(id, baseIqn);
  if (said !== wanted) throw otherId(collection.word, wanted, String(said), collection.kind.label ?? "name");
  return fields;
}

/** RFC 7396 takes away what is null; but what an object is named by, or where a volume lies, is not there to be taken away. */
function refuseNulls(view: ConfigView, item: Item, given: Raw, fields: Raw): void {
  const { collection, id, raw } = item;
  const lost = Object.keys(given).filter((key) => given[key] === null && raw[key] !== undefined);
  const unnamed = !SINGLETONS.includes(collection) && collection.idOf(fields, view.baseIqn) === undefined;
  const wrong = lost.filter((key) => unnamed || (collection.kind.header === "volume" && key === "path"));
  if (wrong.length === 0) return;
  const of = `${collection.word} ${id}`;
  throw invalidObject(
    wrong.map((key) => ({ message: `${key} = null: ${of} can't be without it; leave it out`, pointer: pointerOf([key]) })),
  );
}

/** One spelling, so that the same request twice is the same. What is no path at all is the loader's to refuse. */
function withAbsolutePath(view: ConfigView, raw: Raw): Raw {
  const { path } = raw;
  if (typeof path !== "string" || pathFault(path) !== undefined) return raw;
  return { ...raw, path: absoluteVolumePath(view.loaded, path) };
}

/** A path that the client names is checked when it comes in; one that is there stays. */
function withPath(view: ConfigView, raw: Raw, item: Item | undefined): { readonly raw: Raw; readonly realPath?: string } {
  const { path, name } = raw;
  const old = item?.raw["path"];
  if (path === undefined && item !== undefined) return { raw: { ...raw, path: old } };
  if (path !== undefined && (path === old || (typeof old === "string" && path === absoluteVolumePath(view.loaded, old))))
    return { raw };
  const named = typeof name === "string" && objectNameFault(name) === undefined;
  const wanted = path ?? (named ? defaultVolumePath(view.loaded, name) : undefined);
  if (typeof wanted !== "string" || pathFault(wanted) !== undefined) return { raw };
  return { realPath: checkVolumePath(view.loaded, wanted), raw: { ...raw, path: wanted } };
}

// ---- Parts of objects ---------------------------------------------------------------------------------

function partIntent(view: ConfigView, request: ChangeRequest, part: Part): Intent {
  const { action, collection } = request;
  const item = request.id === undefined ? undefined : view.find(collection, request.id);
  if (item === undefined) throw unknownObject(collection.word, request.id ?? "");
  const rows = (item.raw[part.key] ?? []) as readonly unknown[];
  const body = request.body;
  const named = request.partId ?? part.idOf(part.kind === undefined ? body[part.member] : body);
  const wanted = named === undefined ? undefined : part.canonical(named);
  const index = wanted === undefined ? -1 : rows.findIndex((row) => part.idOf(row) === wanted);
  const old = index < 0 ? undefined : rows[index];
  const there = old === undefined ? undefined : view.partEntity(item, part, old);
  if (old === undefined && (action === "patch" || action === "remove")) throw unknownObject(part.word, named ?? "", item);
  checkPreconditions(request, there);
  const edited = (next: readonly unknown[], partId: string | undefined, position: number, created: boolean): Intent => {
    refuseFromFile(item);
    return {
      edit: { table: collection.kind.header, index: item.index, raw: { ...item.raw, [part.key]: next } },
      before: item.raw,
      item,
      created,
      id: item.id,
      partId,
      bodyPath: [collection.kind.header, item.index, part.key, position],
    };
  };
  if (action === "remove")
    return edited(
      rows.filter((_, each) => each !== index),
      undefined,
      index,
      false,
    );
  const given = withoutMeta(part.kind, body, there);
  const fields = action === "patch" ? (mergePatch(partFields(part, old), given) as Raw) : given;
  // A patch has what names the element, unless it takes that away.
  const element = partElement(part, fields, old, action === "patch" ? undefined : request.partId);
  const partId = part.idOf(element);
  if (old !== undefined && action !== "create" && partId !== wanted)
    throw otherId(part.word, String(wanted), partId, part.member);
  if (old !== undefined) {
    const same =
      part.kind === undefined ||
      (action === "create"
        ? says(completed(part.kind, old as Raw, false), element)
        : isDeepStrictEqual(completed(part.kind, old as Raw, false), completed(part.kind, element as Raw, false)));
    if (same) return nothingToDo(item, partId);
    if (action === "create")
      throw new ControlError("already-exists", `${part.word} ${wanted} of ${item.id} is there already, with other fields`);
  }
  const next = old === undefined ? [...rows, element] : rows.map((row, each) => (each === index ? element : row));
  return edited(next, partId, old === undefined ? rows.length : index, old === undefined);
}

const partFields = (part: Part, element: unknown): Raw =>
  part.kind === undefined ? { [part.member]: element } : (element as Raw);

function partElement(part: Part, fields: Raw, old: unknown, id: string | undefined): unknown {
  const named = id === undefined ? fields : { ...part.identity(id), ...fields };
  if (part.kind !== undefined) {
    const table = tableOf(part.kind, named, old as Raw | undefined);
    const said = part.idOf(table);
    if (id !== undefined && said !== undefined && said !== part.canonical(id)) throw otherId(part.word, id, said, part.member);
    return table;
  }
  const unknown = Object.keys(named).find((key) => key !== part.member);
  if (unknown !== undefined)
    throw invalidObject([
      { message: `unknown key ${JSON.stringify(unknown)}; the only one is ${part.member}`, pointer: pointerOf([unknown]) },
    ]);
  const value = named[part.member];
  if (typeof value !== "string" || LONE_SURROGATE.test(value))
    throw invalidObject([{ message: `${part.member}: must be a string`, pointer: pointerOf([part.member]) }]);
  if (id !== undefined && part.idOf(value) !== part.canonical(id)) throw otherId(part.word, id, value, part.member);
  return value;
}

// ---- What stands in the way -----------------------------------------------------------------------------

function unknownObject(word: string, id: string, of?: Item): ControlError {
  const owner = of === undefined ? "" : ` in ${of.collection.word} ${of.id}`;
  return new ControlError("unknown-object", `there is no ${word} ${JSON.stringify(id.slice(0, 300))}${owner}`);
}

function otherId(word: string, id: string, said: string | undefined, member: string): ControlError {
  const other = said === undefined ? "takes its name away" : `says ${JSON.stringify(said)}`;
  const message = `this is ${word} ${JSON.stringify(id)}, and the body ${other}: what is named otherwise is another one; make that, and delete this`;
  return invalidObject([{ message, pointer: pointerOf([member]) }]);
}

function refuseFromFile(item: Item | undefined): void {
  if (item === undefined || item.home === "managed") return;
  const place = item.place === undefined ? "" : formatPlace(item.place);
  const name = SINGLETONS.includes(item.collection) ? item.collection.word : `${item.collection.word} ${item.id}`;
  throw new ControlError("defined-in-file", `${name} is defined in ${place}, which Lunette never changes`, { place });
}

/** RFC 9110 13.1: If-Match and If-None-Match. @throws ControlError */
function checkPreconditions({ ifMatch, ifNoneMatch }: ChangeRequest, there: Entity | undefined): void {
  const etag = there === undefined ? undefined : etagOf(there);
  const listed = (header: string): boolean =>
    header.trim() === "*" ? etag !== undefined : header.split(",").some((each) => each.trim() === etag);
  if (ifMatch !== undefined && !listed(ifMatch)) {
    const what = etag === undefined ? "it is not there" : `it has the etag ${etag}`;
    throw new ControlError("changed-meanwhile", `If-Match does not hold: ${what}`, etag === undefined ? {} : { etag });
  }
  if (ifNoneMatch !== undefined && listed(ifNoneMatch))
    throw new ControlError(
      "changed-meanwhile",
      "If-None-Match does not hold: it is there already",
      etag === undefined ? {} : { etag },
    );
}
