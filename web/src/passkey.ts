// Passkeys: log in by one, prove anew by one, make one. The routes of the API do the rest.
//
// Where a browser has none, what needs one stays hidden, and the page says what else there is.

import { Asking, Problem } from "./parts/asking";
import { canAsk, made, signed, type Printed } from "./parts/credentials";

type Said = "refused" | "broken" | "address" | "known" | "removed" | "often";

const API: Record<string, { options: string; send: string }> = {
  "login": { options: "/session/passkey/options", send: "/session/passkey" },
  "step-up": { options: "/session/passkey/options", send: "/session/step-up/passkey" },
  "register": { options: "/account/passkeys/options", send: "/account/passkeys" },
};

function tell(place: HTMLElement, what: Said | ""): void {
  for (const one of place.querySelectorAll<HTMLElement>("[data-said]")) {
    one.hidden = one.dataset["said"] !== what;
  }
}

/** What to say of a failure; empty where the person must go elsewhere first. */
function saidOf(error: unknown): Said | "" {
  if (error instanceof Problem) {
    if (error.code === "step-up" || error.code === "not-logged-in") {
      return "";
    }
    return error.status === 429 ? "often" : error.status === 401 ? "removed" : "broken";
  }
  if (error instanceof DOMException) {
    const names: Record<string, Said> = {
      NotAllowedError: "refused", AbortError: "refused", SecurityError: "address",
      InvalidStateError: "known",
    };
    return names[error.name] ?? "broken";
  }
  return "broken";
}

async function proof(what: string, options: Record<string, unknown>): Promise<Printed> {
  return what === "register" ? made(options) : signed(options);
}

async function act(place: HTMLElement, what: string): Promise<void> {
  const route = API[what];
  const button = place.querySelector<HTMLButtonElement>("button");
  if (route === undefined || button === null || button.disabled) {
    return;
  }
  const api = new Asking(place.dataset["csrf"] ?? "");
  button.disabled = true;
  tell(place, "");
  try {
    const { body } = await api.ask<{ options: Record<string, unknown> }>("POST", route.options);
    const credential = await proof(what, body.options);
    const name = place.querySelector<HTMLInputElement>('input[name="name"]')?.value.trim();
    await api.ask("POST", route.send, name === undefined ? { credential } : { name, credential });
    window.location.assign(place.dataset["after"] ?? "/");
  } catch (error) {
    const said = saidOf(error);
    if (said === "") {
      window.location.assign(place.dataset["proof"] ?? "/");
      return;
    }
    tell(place, said);
    button.disabled = false;
    button.focus();
  }
}

for (const place of document.querySelectorAll<HTMLElement>("[data-passkey]")) {
  const what = place.dataset["passkey"] ?? "";
  if (canAsk()) {
    place.hidden = false;
    place.addEventListener("submit", (event) => {
      event.preventDefault();
      void act(place, what);
    });
  } else {
    const other = place.parentElement?.querySelector<HTMLElement>("[data-without]");
    if (other !== null && other !== undefined) {
      other.hidden = false;
    }
  }
}
