// A verdict by the keyboard, and a reason that outlives a session's end.
//
// One key chooses a verdict and puts the cursor where the reason is written; Ctrl+Enter decides.
// A figure takes a prepared reason, a fact that speaks for the person: it clears the hit, so nothing
// that speaks for the person is left unweighed, and Enter decides. What speaks against the person is
// never prepared. z takes the verdict back that was given last; ? shows which key does what. Other
// keys follow the link, or go to the field, that names them: the next lead, the list, the reason.
// A reason that was begun stays in this browser tab alone, under a name that says nothing of what
// it is about, and goes when it was sent. Without this script the form works as it is.

const form = document.querySelector<HTMLFormElement>("#verdict");

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
    || (target instanceof HTMLInputElement && target.type !== "radio" && target.type !== "checkbox");
}

function choose(page: HTMLFormElement, key: string): boolean {
  const prepared = page.querySelector<HTMLButtonElement>(`button[data-key="${CSS.escape(key)}"]`);
  if (prepared !== null) {
    prepare(page, prepared);
    return true;
  }
  const choice = page.querySelector<HTMLInputElement>(`input[data-key="${CSS.escape(key)}"]`);
  if (choice === null) {
    return false;
  }
  choice.checked = true;
  for (const one of page.querySelectorAll<HTMLInputElement>('input[name="weighed"]')) {
    one.focus();
    if (!one.checked) {
      return true;  // what speaks for the person is weighed one by one
    }
  }
  page.querySelector<HTMLTextAreaElement>("textarea")?.focus();
  return true;
}

function prepare(page: HTMLFormElement, button: HTMLButtonElement): void {
  const reason = page.querySelector<HTMLTextAreaElement>("textarea");
  const cleared = page.querySelector<HTMLInputElement>('input[value="no match"]');
  if (reason === null || cleared === null) {
    return;
  }
  cleared.checked = true;
  for (const one of page.querySelectorAll<HTMLInputElement>('input[name="weighed"]')) {
    one.checked = true;
  }
  reason.value = button.dataset["reason"] ?? "";
  page.querySelector<HTMLButtonElement>("button:not([type=button])")?.focus();
}

function showPrepared(page: HTMLFormElement): void {
  page.querySelector<HTMLElement>("#prepared")?.removeAttribute("hidden");
  for (const button of page.querySelectorAll<HTMLButtonElement>("button[data-reason]")) {
    button.addEventListener("click", () => prepare(page, button));
  }
}

function keepDraft(page: HTMLFormElement, reason: HTMLTextAreaElement): void {
  const name = `draft-${page.dataset["draft"] ?? ""}`;
  if (reason.value === "") {
    reason.value = sessionStorage.getItem(name) ?? "";
  }
  reason.addEventListener("input", () => sessionStorage.setItem(name, reason.value));
  page.addEventListener("submit", () => sessionStorage.removeItem(name));
}

function sendOnce(page: HTMLFormElement): void {
  let isSent = false;
  page.addEventListener("submit", (event) => {
    if (isSent) {
      event.preventDefault();  // a double click is one verdict
    }
    isSent = true;
  });
  window.addEventListener("pageshow", () => { isSent = false; });  // back button after a decision
}

function decideByKeys(page: HTMLFormElement): void {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      page.requestSubmit();
    } else if (isPlain(event) && choose(page, event.key.toLowerCase())) {
      event.preventDefault();
    }
  });
}

function isPlain(event: KeyboardEvent): boolean {
  return !event.ctrlKey && !event.metaKey && !event.altKey && !isWriting(event.target);
}

/** Follow a link, or go to a field, whose key was pressed. */
function goByKeys(): void {
  document.addEventListener("keydown", (event) => {
    const key = CSS.escape(event.key.toLowerCase());
    if (!isPlain(event) || key === "") {
      return;
    }
    const link = document.querySelector<HTMLAnchorElement>(`a[data-go="${key}"]`);
    const field = document.querySelector<HTMLElement>(`[data-focus="${key}"]`);
    if (link !== null || field !== null) {
      event.preventDefault();
    }
    link?.click();
    field?.focus();
  });
}

function takeBackByKey(undo: HTMLFormElement): void {
  sendOnce(undo);
  document.addEventListener("keydown", (event) => {
    if (isPlain(event) && event.key.toLowerCase() === "z") {
      event.preventDefault();
      undo.requestSubmit();
    }
  });
}

/** Show or hide which key does what; the focus goes there and comes back. */
function showKeys(keys: HTMLDetailsElement): void {
  let before: HTMLElement | null = null;
  document.addEventListener("keydown", (event) => {
    if (!isPlain(event) || event.key !== "?") {
      return;
    }
    event.preventDefault();
    keys.open = !keys.open;
    if (keys.open) {
      before = document.activeElement instanceof HTMLElement ? document.activeElement : null;
      keys.querySelector("summary")?.focus();
    } else {
      before?.focus();
    }
  });
}

goByKeys();
const keys = document.querySelector<HTMLDetailsElement>("details#keys");
if (keys !== null) {
  showKeys(keys);
}
if (form !== null) {
  const reason = form.querySelector<HTMLTextAreaElement>("textarea");
  if (reason !== null) {
    keepDraft(form, reason);
  }
  sendOnce(form);
  showPrepared(form);
  decideByKeys(form);
}
const undo = document.querySelector<HTMLFormElement>("form#undo");
if (undo !== null) {
  takeBackByKey(undo);
}
