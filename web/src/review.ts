// A verdict by the keyboard, and a reason that outlives a session's end.
//
// One key chooses a verdict and puts the cursor where the reason is written; Ctrl+Enter decides.
// A reason that was begun stays in this browser tab alone, under a name that says nothing of what
// it is about, and goes when it was sent. Without this script the form works as it is.

const form = document.querySelector<HTMLFormElement>("#verdict");

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
    || (target instanceof HTMLInputElement && target.type !== "radio" && target.type !== "checkbox");
}

function choose(page: HTMLFormElement, key: string): boolean {
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

if (form !== null) {
  const reason = form.querySelector<HTMLTextAreaElement>("textarea");
  if (reason !== null) {
    keepDraft(form, reason);
  }
  sendOnce(form);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      form.requestSubmit();
    } else if (!event.ctrlKey && !event.metaKey && !event.altKey && !isWriting(event.target)
      && choose(form, event.key.toLowerCase())) {
      event.preventDefault();
    }
  });
}
