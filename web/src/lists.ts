// What htmx leaves to the page: nothing of a search stays in the browser's storage, the focus is
// never lost with what was replaced, and what a part could not answer is asked for as a whole page.

interface Sent {
  readonly elt: Element;
  readonly target?: Element;
  readonly requestConfig?: { readonly verb: string };
  readonly pathInfo?: { readonly requestPath: string };
}

const KEPT = "htmx-current-path-for-history";
const FAILED = ["htmx:sendError", "htmx:timeout", "htmx:responseError", "htmx:swapError"];

/** Has the browser forget the address that htmx keeps: the words of a search stand in it. */
function forget(): void {
  try {
    window.sessionStorage.removeItem(KEPT);
  } catch {
    // no storage, so nothing is kept
  }
}

function sentOf(event: Event): Sent {
  return (event as CustomEvent<Sent>).detail;
}

/** Opens the page that was asked for a part of; a form is not sent twice. */
function openWhole(event: Event): void {
  const { requestConfig, pathInfo } = sentOf(event);
  if (requestConfig?.verb === "get" && pathInfo !== undefined) {
    window.location.assign(pathInfo.requestPath);
  } else {
    window.location.reload();
  }
}

function busy(event: Event, isBusy: boolean): void {
  sentOf(event).target?.setAttribute("aria-busy", String(isBusy));
}

/** Puts the focus into what replaced the place where it was. */
function keepFocus(event: Event): void {
  const id = sentOf(event).target?.id ?? "";
  if (id !== "" && (document.activeElement === null || document.activeElement === document.body)) {
    document.getElementById(id)?.focus({ preventScroll: true });
  }
}

forget();
for (const name of ["htmx:pushedIntoHistory", "htmx:replacedInHistory", "pagehide"]) {
  window.addEventListener(name, forget);
}
for (const name of FAILED) {
  document.addEventListener(name, openWhole);
}
document.addEventListener("htmx:beforeRequest", (event) => { busy(event, true); });
document.addEventListener("htmx:afterRequest", (event) => { busy(event, false); });
document.addEventListener("htmx:afterSettle", keepFocus);
