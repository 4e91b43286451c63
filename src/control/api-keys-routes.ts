/** The paths of the control socket for the keys of the REST API: `/v1/api-keys`. */
import type { Events } from "../common/events.ts";
import type { Logger } from "../common/logger.ts";
import { newApiKey } from "./api-keys.ts";
import type { Admission, ApiKeyStore, Shown } from "./api-keys-store.ts";
import { actorOf } from "./audit-log.ts";
import { requireAdmin } from "./caller-role.ts";
import { ControlError } from "./control-error.ts";
import type { ControlRequest, Route } from "./routes.ts";

/** Told of each change of keys, made or refused; nothing of it is secret. Resolves once it is kept: the answer waits for that. */
export type ApiKeyAudit = (
  request: ControlRequest,
  outcome: { readonly error?: string; readonly before?: unknown; readonly after?: unknown },
) => Promise<void>;

export interface ApiKeyRoutesOptions {
  readonly store: ApiKeyStore;
  readonly events: Events;
  readonly log: Logger;
  readonly audit?: ApiKeyAudit;
  readonly now?: () => Date;
}

export function apiKeyRoutes({
  store,
  events,
  log,
  audit = async () => {},
  now = () => new Date(),
}: ApiKeyRoutesOptions): readonly Route[] {
  /** A change is in the audit log with what came of it. */
  const audited =
    <Result>(
      change: (request: ControlRequest) => Promise<Result>,
      facts: (result: Result) => { before?: unknown; after?: unknown },
    ) =>
    async (request: ControlRequest): Promise<Result> => {
      let result: Result;
      try {
        requireAdmin(request, MANAGING);
        result = await change(request);
      } catch (error) {
        await audit(request, { error: error instanceof ControlError ? error.type : "internal-error" });
        throw error;
      }
      await audit(request, facts(result));
      return result;
    };
  const create = audited(
    async (request) => {
      const made = await store.create(newApiKey(request.body ?? {}, now()), actorOf(request));
      const { name, roles } = made;
      log.info({ apiKey: name, role: roles[0], actor: actorOf(request), ...request.peer }, "API key made");
      events.record("api-key-created", { reason: `key "${name}", role ${roles[0]}`, actor: actorOf(request) });
      return made;
    },
    ({ key: _shownOnce, ...after }) => ({ after }),
  );
  const revoke = audited(
    async (request) => {
      const before = await store.revoke(request.params["name"] ?? "");
      log.info({ apiKey: before.name, actor: actorOf(request), ...request.peer }, "API key revoked");
      events.record("api-key-revoked", { reason: `key "${before.name}"`, actor: actorOf(request) });
      return before;
    },
    (before) => ({ before }),
  );
  return [
    {
      method: "GET",
      path: "/v1/api-keys",
      parameters: [],
      handle: async (request) => {
        requireAdmin(request, MANAGING);
        return { kind: "json", value: { items: await store.list() } };
      },
    },
    {
      method: "POST",
      path: "/v1/api-keys",
      parameters: [],
      handle: async (request) => ({ kind: "json", status: 201, value: await create(request) }),
    },
    {
      method: "GET",
      path: "/v1/api-keys/:name",
      parameters: [],
      handle: async (request) => {
        requireAdmin(request, MANAGING);
        return { kind: "json", value: await store.get(request.params["name"] ?? "") };
      },
    },
    {
      method: "DELETE",
      path: "/v1/api-keys/:name",
      parameters: [],
      handle: async (request) => ({ kind: "json", value: await revoke(request) }),
    },
    {
      method: "POST",
      path: "/v1/api-keys/authenticate",
      parameters: [],
      changesNothing: true,
      handle: async ({ body }) => ({ kind: "json", value: admitted(await store.authenticate(shownIn(body ?? {}))) }),
    },
  ];
}

const MANAGING = "managing API keys";

function shownIn({ key, certificate, ...others }: Readonly<Record<string, unknown>>): Shown {
  const strange = Object.keys(others).length > 0;
  if (!strange && certificate === undefined && typeof key === "string") return { key };
  if (!strange && key === undefined && typeof certificate === "string") return { certificate };
  const message = "the body must have one member, key or certificate, a text";
  throw new ControlError("invalid-object", message, { errors: [{ message, pointer: "" }] });
}

/** `reason` and `key` are for the sidecar's log: it tells its client neither. */
function admitted(admission: Admission): unknown {
  if (!admission.admitted) {
    const { why, name } = admission;
    throw new ControlError("not-permitted", "no such key or certificate is admitted", {
      reason: why,
      ...(name === undefined ? {} : { key: name }),
    });
  }
  const { name, role, prefixes } = admission;
  return { name, role, ...(prefixes === undefined ? {} : { prefixes }) };
}
