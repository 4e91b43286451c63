/** A certificate authority of the test's own, made with openssl, and what it signs. */
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Signed {
  readonly certFile: string;
  readonly keyFile: string;
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly fingerprint: string;
}

const openssl = (...args: string[]): Buffer => execFileSync("openssl", args, { stdio: ["ignore", "pipe", "ignore"] });

const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

export class Authority {
  readonly #folder: string;
  readonly #name: string;
  readonly certFile: string;
  readonly cert: Buffer;

  constructor(folder: string, name: string) {
    this.#folder = folder;
    this.#name = name;
    this.certFile = join(folder, `${name}.pem`);
    openssl("req", "-x509", ...KEY, "-days", "2", "-subj", `/CN=${name}`, "-keyout", this.#path("key"), "-out", this.certFile);
    this.cert = readFileSync(this.certFile);
  }

  #path(kind: string): string {
    return join(this.#folder, `${this.#name}.${kind}`);
  }

  sign(name: string): Signed {
    const [keyFile, request, certFile, extensions] = ["key", "csr", "pem", "ext"].map((kind) =>
      join(this.#folder, `${this.#name}-${name}.${kind}`),
    ) as [string, string, string, string];
    openssl("req", "-new", ...KEY, "-subj", `/CN=${name}`, "-keyout", keyFile, "-out", request);
    writeFileSync(extensions, "subjectAltName = IP:127.0.0.1, DNS:localhost\n");
    const signing = [
      "-CA",
      this.certFile,
      "-CAkey",
      this.#path("key"),
      "-CAcreateserial",
      "-days",
      "1",
      "-extfile",
      extensions,
    ];
    openssl("x509", "-req", "-in", request, ...signing, "-out", certFile);
    const cert = readFileSync(certFile);
    return { certFile, keyFile, cert, key: readFileSync(keyFile), fingerprint: new X509Certificate(cert).fingerprint256 };
  }
}
