// How a job stands, while it is looked at: by server-sent events, and by asking where there are none.
//
// What is shown stands on the page already; without this script the page asks again by itself.

interface Job {
  state: string;
  done: number;
  total: number;
  rate: number;
  result: Record<string, unknown>;
}

const STREAMS = 3; // a browser opens few connections to one service: the rest is asked for
const ASK_MS = 2_000;
const ENDED = new Set(["done", "failed", "cancelled"]);
const number = new Intl.NumberFormat(document.documentElement.lang || "en", { maximumFractionDigits: 0 });

function put(place: HTMLElement, field: string, text: string): void {
  for (const one of place.querySelectorAll<HTMLElement>(`[data-field="${CSS.escape(field)}"]`)) {
    if (one.textContent !== text) {
      one.textContent = text;
    }
  }
}

function show(place: HTMLElement, job: Job): boolean {
  put(place, "done", number.format(job.done));
  put(place, "total", number.format(job.total));
  put(place, "rate", number.format(job.rate));
  const left = job.total > 0 && job.rate > 0 ? (job.total - job.done) / job.rate : -1;
  put(place, "left", left < 0 ? "–" : number.format(Math.max(0, left)));
  for (const [name, held] of Object.entries(job.result)) {
    if (typeof held === "number") {
      put(place, name, number.format(held));
    }
  }
  const bar = place.querySelector<HTMLProgressElement>("progress");
  if (bar !== null && job.total > 0) {
    bar.max = job.total;
    bar.value = job.done;
  }
  return ENDED.has(job.state) || job.state !== place.dataset["state"];
}

function drawAnew(): void {
  window.location.reload(); // what came of it, and what can be done now, the service draws
}

async function ask(place: HTMLElement, address: string): Promise<void> {
  for (;;) {
    await new Promise((done) => { window.setTimeout(done, ASK_MS); });
    if (document.hidden) {
      continue;
    }
    try {
      const answer = await fetch(address, { headers: { accept: "application/json" } });
      if (answer.status === 401 || answer.status === 404) {
        drawAnew();
        return;
      }
      if (answer.ok && show(place, (await answer.json()) as Job)) {
        drawAnew();
        return;
      }
    } catch {
      // the service is being restarted: the job goes on, and so does the asking
    }
  }
}

function listen(place: HTMLElement, address: string): void {
  const stream = new EventSource(`${address}/events`);
  stream.addEventListener("job", (event) => {
    if (show(place, JSON.parse((event as MessageEvent<string>).data) as Job)) {
      stream.close();
      drawAnew();
    }
  });
  stream.addEventListener("error", () => {
    stream.close();
    void ask(place, address);
  });
}

for (const [at, place] of [...document.querySelectorAll<HTMLElement>("[data-live]")].entries()) {
  const address = `/api/v1/jobs/${encodeURIComponent(place.dataset["live"] ?? "")}`;
  if (at < STREAMS && "EventSource" in window) {
    listen(place, address);
  } else {
    void ask(place, address);
  }
}
