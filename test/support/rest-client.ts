/** One client of the REST API with a key of its own: its answers as they come, judged by nobody. */
import { Agent, type IncomingHttpHeaders, request } from "node:http";

const PROBLEM = "urn:lunette:problem:";

export interface RestAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** "200", or with the type of its problem "409 in-use". */
  readonly outcome: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the service says; the test looks at it
  readonly body: any;
}

export class RestClient {
  readonly #port: number;
  readonly #key: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(port: number, key: string) {
    this.#port = port;
    this.#key = key;
  }

  /** `body` as text goes as it is. Rejects when no answer comes. */
  send(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<RestAnswer> {
    const bytes = body === undefined ? undefined : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
    const sent = {
      authorization: `Bearer ${this.#key}`,
      ...(bytes === undefined ? {} : { "content-type": "application/json", "content-length": String(bytes.length) }),
      ...headers,
    };
    return new Promise((resolve, reject) => {
      const asking = request({ port: this.#port, path, method, headers: sent, agent: this.#agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.once("error", reject);
        response.once("end", () => {
          const text = Buffer.concat(chunks).toString();
          const { statusCode: status = 0, headers: received } = response;
          try {
            const json = text === "" ? undefined : JSON.parse(text);
            const type = status < 400 ? "" : ` ${String(json?.type).replace(PROBLEM, "")}`;
            resolve({ status, headers: received, outcome: `${status}${type}`, body: json });
          } catch (error) {
            reject(error);
          }
        });
      });
      asking.once("error", reject);
      asking.end(bytes);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
