// Credentials as the service sends and reads them: JSON, bytes as base64url without padding.
// Source: W3C Web Authentication, level 3, 5.1 (toJSON, parseCreationOptionsFromJSON), which not
// every browser has yet.

type Json = Record<string, unknown>;

export interface Printed {
  readonly id: string;
  readonly rawId: string;
  readonly type: string;
  readonly response: Readonly<Record<string, string | null>>;
}

/** Whether this browser can use passkeys at all. */
export function canAsk(): boolean {
  return "PublicKeyCredential" in window && "credentials" in navigator;
}

function bytes(text: unknown): Uint8Array<ArrayBuffer> {
  const plain = String(text).replace(/-/gu, "+").replace(/_/gu, "/");
  return Uint8Array.from(atob(plain), (one) => one.charCodeAt(0));
}

function text(raw: ArrayBuffer): string {
  const plain = btoa(Array.from(new Uint8Array(raw), (one) => String.fromCharCode(one)).join(""));
  return plain.replace(/\+/gu, "-").replace(/\//gu, "_").replace(/[=]+$/u, "");
}

function described(held: unknown): PublicKeyCredentialDescriptor[] {
  const listed = Array.isArray(held) ? held as Json[] : [];
  return listed.map((one) => ({ type: "public-key", id: bytes(one["id"]) }));
}

function printed(made: PublicKeyCredential, response: Printed["response"]): Printed {
  return { id: made.id, rawId: text(made.rawId), type: made.type, response };
}

function held(credential: Credential | null): PublicKeyCredential {
  if (!(credential instanceof PublicKeyCredential)) {
    throw new DOMException("no passkey", "NotAllowedError");
  }
  return credential;
}

/** Has an authenticator make a passkey. */
export async function made(options: Json): Promise<Printed> {
  const user = options["user"] as Json;
  const publicKey = {
    ...options, challenge: bytes(options["challenge"]), user: { ...user, id: bytes(user["id"]) },
    excludeCredentials: described(options["excludeCredentials"]),
  } as unknown as PublicKeyCredentialCreationOptions;
  const found = held(await navigator.credentials.create({ publicKey }));
  const response = found.response as AuthenticatorAttestationResponse;
  return printed(found, {
    clientDataJSON: text(response.clientDataJSON),
    attestationObject: text(response.attestationObject),
  });
}

/** Has an authenticator sign what the service asks. */
export async function signed(options: Json): Promise<Printed> {
  const publicKey = {
    ...options, challenge: bytes(options["challenge"]),
    allowCredentials: described(options["allowCredentials"]),
  } as unknown as PublicKeyCredentialRequestOptions;
  const found = held(await navigator.credentials.get({ publicKey }));
  const response = found.response as AuthenticatorAssertionResponse;
  return printed(found, {
    clientDataJSON: text(response.clientDataJSON),
    authenticatorData: text(response.authenticatorData),
    signature: text(response.signature),
    userHandle: response.userHandle === null ? null : text(response.userHandle),
  });
}
