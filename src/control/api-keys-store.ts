/**
 * Who may call the REST API, in memory and in `state_dir/api-keys.json`. Changes are made one after another: on disk first, then in force.
 * While the file can't be trusted no key works and none is made; it is looked at again, so that mending it needs no restart.
 */
import type { Limits } from "../common/limits.ts";
import {
  type ApiKey,
  type ApiKeyPrefixes,
  type ApiKeyStatus,
  type ApiRole,
  makeId,
  makeSecret,
  type NewApiKey,
  parseFingerprint,
  parseKey,
  secretFits,
  statusOf,
} from "./api-keys.ts";
import { apiKeysPath, type KeptApiKey, loadKeys, saveKeys } from "./api-keys-file.ts";
import { ControlError } from "./control-error.ts";

/** What is used is written this much later, milliseconds: a crash costs the last minute of it. */
const USED_DELAY_MS = 60_000;
/** A file that can't be trusted is looked at again no more often than this, milliseconds. */
const LOOK_AGAIN_MS = 1_000;
const MINUTE_MS = 60_000;

export interface ApiKeyStoreOptions {
  readonly stateDir: string;
  /** As they are now: a reload changes them. */
  readonly limits: () => Pick<Limits, "api_keys">;
  /** The file can't be trusted, or can't be written; told when it happens, and not for every request. */
  readonly onFailure: (message: string) => void;
  readonly now?: () => Date;
}

/** What a caller shows. */
export type Shown = { readonly key: string } | { readonly certificate: string };

/** Why a caller is not let in: for the log and the audit. The caller is told none of it. */
export type NotAdmitted = "malformed-key" | "unknown-key" | "wrong-secret" | "unknown-certificate" | "expired";

export type Admission =
  | { readonly admitted: true; readonly name: string; readonly role: ApiRole; readonly prefixes?: ApiKeyPrefixes }
  | { readonly admitted: false; readonly why: NotAdmitted /** Of the entry, where there is one. */; readonly name?: string };

export class ApiKeyStore {
  readonly #options: ApiKeyStoreOptions;
  readonly #path: string;
  readonly #now: () => Date;
  /** Replaced whole, never changed. */
  #keys: readonly ApiKey[] = [];
  /** Revoked, and the file still has them: a full disk must not keep a leaked key alive. */
  readonly #refused = new Set<string>();
  /** By id. */
  readonly #lastUsed = new Map<string, string>();
  /** Why no key works; undefined while they do. */
  #unusable: string | undefined;
  #lookedAt = 0;
  /** The end of the change that was asked for last. */
  #changes: Promise<unknown> = Promise.resolve();
  #usedTimer: NodeJS.Timeout | undefined;

  constructor(options: ApiKeyStoreOptions) {
    this.#options = options;
    this.#path = apiKeysPath(options.stateDir);
    this.#now = options.now ?? (() => new Date());
  }

  /** Reads the file. Never rejects: a daemon without its keys serves its hosts all the same. */
  async open(): Promise<void> {
    this.#lookedAt = this.#now().getTime();
    const loaded = await loadKeys(this.#path);
    if (loaded.kind === "unusable") {
      if (this.#unusable !== loaded.reason) this.#options.onFailure(`no API key works: ${loaded.reason}`);
      this.#unusable = loaded.reason;
      return;
    }
    this.#unusable = undefined;
    this.#keys = loaded.keys.map(({ key }) => key);
    this.#lastUsed.clear();
    for (const { key, lastUsed } of loaded.keys) if (lastUsed !== undefined) this.#lastUsed.set(key.id, lastUsed);
  }

  /** By name. @throws ControlError "api-keys-unusable" */
  async list(): Promise<readonly ApiKeyStatus[]> {
    await this.#usable();
    return this.#keys.map((key) => this.#status(key)).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @throws ControlError */
  async get(name: string): Promise<ApiKeyStatus> {
    await this.#usable();
    return this.#status(this.#named(name));
  }

  /** `key` is the text to show once; a certificate has none. @throws ControlError */
  create(wanted: NewApiKey, actor: string): Promise<ApiKeyStatus & { readonly key?: string }> {
    return this.#change(async () => {
      const { name, role, expires, prefixes, certificate } = wanted;
      if (this.#keys.some((key) => key.name === name))
        throw new ControlError(
          "already-exists",
          `there is an API key "${name}" already: revoke it first, or take another name`,
        );
      const other = certificate === undefined ? undefined : this.#byCertificate(certificate);
      if (other !== undefined)
        throw new ControlError("already-exists", `the API key "${other.name}" has this certificate already`);
      const bound = this.#options.limits().api_keys;
      if (this.#keys.length >= bound)
        throw new ControlError(
          "change-refused",
          `there are ${this.#keys.length} API keys: revoke some, or raise limits.api_keys (${bound})`,
        );
      const made = certificate === undefined ? makeSecret() : { id: makeId(), credential: { certificate } };
      const key: ApiKey = {
        name,
        id: made.id,
        role,
        created: this.#now().toISOString(),
        createdBy: actor,
        ...(expires === undefined ? {} : { expires }),
        ...(prefixes === undefined ? {} : { prefixes }),
        credential: made.credential,
      };
      await this.#save([...this.#keys, key], "nothing has changed");
      return { ...this.#status(key), ...("key" in made ? { key: made.key } : {}) };
    });
  }

  /** From the moment of the call on the key opens nothing. @throws ControlError */
  revoke(name: string): Promise<ApiKeyStatus> {
    return this.#change(async () => {
      const key = this.#named(name);
      this.#refused.add(key.id);
      const status = this.#status(key);
      await this.#save(
        this.#keys.filter((each) => each !== key),
        `the key "${name}" is refused from now on, but would work again after a restart: revoke it again when the file can be written`,
      );
      this.#refused.delete(key.id);
      this.#lastUsed.delete(key.id);
      return status;
    });
  }

  /** @throws ControlError "api-keys-unusable" */
  async authenticate(shown: Shown): Promise<Admission> {
    await this.#usable();
    const found = "key" in shown ? this.#byKey(shown.key) : this.#certified(shown.certificate);
    if (typeof found === "string") return { admitted: false, why: found };
    const { key, why } = found;
    const { name, role, prefixes } = key;
    if (why !== undefined) return { admitted: false, why, name };
    const now = this.#now();
    if (key.expires !== undefined && key.expires <= now.toISOString()) return { admitted: false, why: "expired", name };
    this.#used(key, now);
    return { admitted: true, name, role, ...(prefixes === undefined ? {} : { prefixes }) };
  }

  /** Writes what is not written yet. Never rejects. */
  async close(): Promise<void> {
    if (this.#usedTimer !== undefined) await this.#writeUsed();
    await this.#changes.catch(() => {});
  }

  #byKey(text: string): { readonly key: ApiKey; readonly why?: NotAdmitted } | NotAdmitted {
    const parsed = parseKey(text);
    if (parsed === undefined) return "malformed-key";
    const key = this.#keys.find(({ id }) => id === parsed.id);
    const fits = secretFits(key, parsed.secret);
    if (key === undefined || this.#refused.has(key.id)) return "unknown-key";
    return fits ? { key } : { key, why: "wrong-secret" };
  }

  #certified(text: string): { readonly key: ApiKey; readonly why?: NotAdmitted } | NotAdmitted {
    const fingerprint = parseFingerprint(text);
    const key = fingerprint === undefined ? undefined : this.#byCertificate(fingerprint);
    return key === undefined || this.#refused.has(key.id) ? "unknown-certificate" : { key };
  }

  #byCertificate(fingerprint: string): ApiKey | undefined {
    return this.#keys.find(({ credential }) => "certificate" in credential && credential.certificate === fingerprint);
  }

  #named(name: string): ApiKey {
    const key = this.#keys.find((each) => each.name === name);
    if (key === undefined) throw new ControlError("unknown-object", `there is no API key "${name.slice(0, 100)}"`);
    return key;
  }

  #status(key: ApiKey): ApiKeyStatus {
    return statusOf(key, this.#lastUsed.get(key.id));
  }

  async #usable(): Promise<void> {
    if (this.#unusable === undefined) return;
    if (this.#now().getTime() - this.#lookedAt >= LOOK_AGAIN_MS) await this.open();
    if (this.#unusable !== undefined) throw new ControlError("api-keys-unusable", this.#unusable);
  }

  /** One after another, whatever becomes of those before. */
  #change<Result>(change: () => Promise<Result>): Promise<Result> {
    const result = this.#changes.then(async () => {
      await this.#usable();
      return change();
    });
    this.#changes = result.catch(() => {});
    return result;
  }

  async #save(keys: readonly ApiKey[], consequence: string): Promise<void> {
    const kept: readonly KeptApiKey[] = keys.map((key) => ({ key, lastUsed: this.#lastUsed.get(key.id) }));
    try {
      await saveKeys(this.#path, kept);
    } catch (error) {
      const reason = `${this.#path} can't be written: ${(error as Error).message}`;
      this.#options.onFailure(reason);
      throw new ControlError("store-failed", `${reason}; ${consequence}`);
    }
    this.#keys = keys;
  }

  // ---- When a key was used last: to the minute, and written without holding up anybody ------------------

  #used(key: ApiKey, now: Date): void {
    const minute = new Date(Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS).toISOString();
    if (this.#lastUsed.get(key.id) === minute) return;
    this.#lastUsed.set(key.id, minute);
    this.#usedTimer ??= setTimeout(() => void this.#writeUsed(), USED_DELAY_MS).unref();
  }

  async #writeUsed(): Promise<void> {
    clearTimeout(this.#usedTimer);
    this.#usedTimer = undefined;
    // What can't be written is told by #save, and tried again when a key is used in another minute.
    await this.#change(() => this.#save(this.#keys, "when keys were used last is not kept")).catch(() => {});
  }
}
