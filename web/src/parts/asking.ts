// What a page's own scripts ask of the service: under the session, with its token, nothing cached.

export class Problem extends Error {
  constructor(readonly status: number, readonly code: string, detail: string) {
    super(detail);
  }
}

export interface Answered<T> { readonly body: T; readonly tag: string }

export class Asking {
  constructor(private readonly csrf: string) {}

  async ask<T>(
    method: string, path: string, body?: unknown,
    more: { signal?: AbortSignal; seen?: string; key?: string } = {},
  ): Promise<Answered<T>> {
    const answer = await this.sent(method, path, body, more);
    const said = await answer.json() as unknown;
    if (!answer.ok) {
      throw problemOf(answer.status, said);
    }
    return { body: said as T, tag: (answer.headers.get("etag") ?? "").replace(/^W\/|"/gu, "") };
  }

  /** Asks for a file. */
  async file(path: string, body: unknown): Promise<Blob> {
    const answer = await this.sent("POST", path, body, {});
    if (!answer.ok) {
      throw problemOf(answer.status, await answer.json() as unknown);
    }
    return await answer.blob();
  }

  private async sent(
    method: string, path: string, body: unknown,
    more: { signal?: AbortSignal; seen?: string; key?: string },
  ): Promise<Response> {
    const headers: Record<string, string> = { accept: "application/json" };
    if (method !== "GET") {
      headers["x-csrf-token"] = this.csrf;
    }
    if (body !== undefined) {
      headers["content-type"] = "application/json";
    }
    if (more.seen !== undefined) {
      headers["if-match"] = `"${more.seen}"`;
    }
    if (more.key !== undefined) {
      headers["idempotency-key"] = more.key;
    }
    return await fetch(`/api/v1${path}`, {
      method, headers, cache: "no-store", credentials: "same-origin",
      body: body === undefined ? null : JSON.stringify(body),
      signal: more.signal ?? null,
    });
  }
}

function problemOf(status: number, said: unknown): Problem {
  const held = said as { code?: string; detail?: string; reason?: string; remedy?: string };
  const text = [held.detail ?? "", held.remedy ?? ""].filter((one) => one !== "").join(" – ");
  return new Problem(status, held.code ?? "", text === "" ? String(status) : text);
}

/** A key of one request, so that it is done once though it is sent twice. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
}

/** Lets the browser do what else it has to do. */
export function pause(): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, 0); });
}
