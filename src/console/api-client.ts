/** The one file that talks to the sidecar. Every error is an ApiProblem (RFC 9457), those of the network too. */
import type { ListAnswer } from "./answers.ts";

/** Pages of a list that are read: beyond them it is of no use on a screen. */
const PAGES_MAX = 50;

export class ApiProblem extends Error {
  /** "urn:lunette:problem:changed-meanwhile", or "unreachable" when there was no answer. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly advice: string | undefined;
  readonly errors: readonly { readonly message: string; readonly pointer?: string }[];
  readonly uses: readonly { readonly kind: string; readonly name: string; readonly place?: string }[];

  constructor(document: Readonly<Record<string, unknown>>, status: number) {
    super(textOf(document["detail"]) ?? "");
    this.type = textOf(document["type"]) ?? "about:blank";
    this.title = textOf(document["title"]) ?? `The server answered ${status}`;
    this.status = status;
    this.advice = textOf(document["advice"]);
    this.errors = Array.isArray(document["errors"]) ? document["errors"] : [];
    this.uses = Array.isArray(document["uses"]) ? document["uses"] : [];
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

export interface Answer<T> {
  readonly value: T;
  readonly etag: string | undefined;
}

/** A change of one object, made ready to be tried with dry_run and then done. */
export interface Change {
  readonly method: "POST" | "PATCH" | "PUT" | "DELETE";
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** The object as it was when its reader decided. */
  readonly ifMatch?: string;
}

export class ApiClient {
  readonly #key: string;
  readonly #rejected: () => void;

  /** `rejected` is called when the key is not, or no longer, valid. */
  constructor(key: string, rejected: () => void = () => {}) {
    this.#key = key;
    this.#rejected = rejected;
  }

  async get<T>(path: string, signal?: AbortSignal): Promise<Answer<T>> {
    return this.#json<T>(await this.#send(path, { method: "GET", ...(signal === undefined ? {} : { signal }) }));
  }

  /** All pages of a list. */
  async list<T>(path: string, signal?: AbortSignal): Promise<readonly T[]> {
    const items: T[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < PAGES_MAX; page++) {
      const more: string = cursor === undefined ? "" : `?cursor=${encodeURIComponent(cursor)}`;
      const { value } = await this.get<ListAnswer<T>>(`${path}${more}`, signal);
      items.push(...value.items);
      cursor = value.next;
      if (cursor === undefined) break;
    }
    return items;
  }

  async post<T>(path: string, body: Readonly<Record<string, unknown>> = {}): Promise<T> {
    return (await this.#json<T>(await this.#send(path, withBody("POST", body)))).value;
  }

  async change<T>({ method, path, body, ifMatch }: Change, { dryRun }: { dryRun: boolean }): Promise<T> {
    const init = body === undefined ? { method, headers: {} } : withBody(method, body);
    const headers = { ...init.headers, ...(ifMatch === undefined ? {} : { "if-match": ifMatch }) };
    return (await this.#json<T>(await this.#send(`${path}${dryRun ? "?dry_run=1" : ""}`, { ...init, headers }))).value;
  }

  /** The body of an event stream, from the event with this sequence on. */
  async events(from: number | undefined, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const query = from === undefined ? "" : `?from=${from}`;
    const response = await this.#send(`/v1/events${query}`, {
      method: "GET",
      signal,
      headers: { accept: "text/event-stream" },
    });
    if (response.body === null) throw new ApiProblem({ title: "The event stream is empty" }, response.status);
    return response.body;
  }

  async #send(path: string, init: Omit<RequestInit, "headers"> & { headers?: Record<string, string> }): Promise<Response> {
    const headers = {
      accept: "application/json, application/problem+json",
      ...init.headers,
      authorization: `Bearer ${this.#key}`,
    };
    let response: Response;
    try {
      response = await fetch(path, { ...init, headers, cache: "no-store", credentials: "omit", redirect: "error" });
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") throw error;
      throw new ApiProblem(
        {
          type: "unreachable",
          title: "The sidecar does not answer",
          detail: String(error),
          advice: "see whether lunette api runs",
        },
        0,
      );
    }
    if (response.ok) return response;
    if (response.status === 401) this.#rejected();
    throw new ApiProblem(await documentOf(response), response.status);
  }

  async #json<T>(response: Response): Promise<Answer<T>> {
    return { value: (await response.json()) as T, etag: response.headers.get("etag") ?? undefined };
  }
}

function withBody(
  method: string,
  body: Readonly<Record<string, unknown>>,
): { method: string; body: string; headers: Record<string, string> } {
  const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
  return { method, body: JSON.stringify(body), headers: { "content-type": type } };
}

/** A proxy in between may answer with something else. */
async function documentOf(response: Response): Promise<Readonly<Record<string, unknown>>> {
  try {
    const document: unknown = await response.json();
    return typeof document === "object" && document !== null ? (document as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
