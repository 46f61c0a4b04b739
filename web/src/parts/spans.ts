// Links in time: how many fall into each month or year, and which an interval shows.

export type Interval = readonly [string | null, string | null];
export interface Window { readonly from: string; readonly to: string; readonly undated: boolean }
export interface Bar { readonly from: string; readonly to: string; readonly count: number }

const MOST_BARS = 96;

function endOf(year: number, month: number): string {
  const day = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return `${pad(year, 4)}-${pad(month + 1, 2)}-${pad(day, 2)}`;
}

function pad(number: number, width: number): string {
  return String(number).padStart(width, "0");
}

/** Whether a link is shown in a window of days; one without any day where these are wanted. */
export function isWithin(interval: Interval, shown: Window | null): boolean {
  if (shown === null) {
    return true;
  }
  const first = interval[0] ?? interval[1];
  const last = interval[1] ?? interval[0];
  if (first === null || last === null) {
    return shown.undated;
  }
  return first <= shown.to && last >= shown.from;
}

/** Bars of equal time over all dated links, oldest first; a lasting link counts in each. */
export function bars(intervals: Iterable<Interval>): Bar[] {
  const dated: [string, string][] = [];
  for (const one of intervals) {
    const first = one[0] ?? one[1];
    const last = one[1] ?? one[0];
    if (first !== null && last !== null) {
      dated.push([first, last]);
    }
  }
  if (dated.length === 0) {
    return [];
  }
  const low = dated.reduce((least, [first]) => first < least ? first : least, dated[0]![0]);
  const high = dated.reduce((most, [, last]) => last > most ? last : most, dated[0]![1]);
  const months = (Number(high.slice(0, 4)) - Number(low.slice(0, 4))) * 12
    + Number(high.slice(5, 7)) - Number(low.slice(5, 7)) + 1;
  const step = months <= MOST_BARS ? 1 : 12 * Math.ceil(months / 12 / MOST_BARS);
  const found: Bar[] = [];
  let year = Number(low.slice(0, 4));
  let month = step === 1 ? Number(low.slice(5, 7)) - 1 : 0;
  for (;;) {
    const from = `${pad(year, 4)}-${pad(month + 1, 2)}-01`;
    if (from > high) {
      return counted(found, dated);
    }
    const last = month + step - 1;
    found.push({ from, to: endOf(year + Math.floor(last / 12), last % 12), count: 0 });
    month += step;
    year += Math.floor(month / 12);
    month %= 12;
  }
}

function counted(found: readonly Bar[], dated: readonly [string, string][]): Bar[] {
  const change = new Array<number>(found.length + 1).fill(0);
  for (const [first, last] of dated) {
    const begin = place(found, first);
    const end = place(found, last);
    change[begin] = (change[begin] ?? 0) + 1;
    change[end + 1] = (change[end + 1] ?? 0) - 1;
  }
  let count = 0;
  return found.map((bar, n) => {
    count += change[n] ?? 0;
    return { ...bar, count };
  });
}

/** The number of the bar in which a day falls. */
function place(found: readonly Bar[], day: string): number {
  let low = 0;
  let high = found.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((found[middle]?.from ?? "") <= day) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}
