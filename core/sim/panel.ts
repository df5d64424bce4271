/** One panel of the picture: the race above, who is paid as a band below. SVG text, colours by class. @module */
import { type Lead, type Panel, type Race, raceOf } from "./race.ts";

/** Size of a panel. */
export const PANEL = { width: 640, height: 292 } as const;

const LEFT = 40, RIGHT = 14, TOP = 58, PLOT = 164, BAND_TOP = 232, BAND = 18;
const WIDTH = PANEL.width - LEFT - RIGHT;
/** Nats below which a line runs along the bottom: how far behind somebody is does not matter. */
const FLOOR = -3;

const ATTACKERS = ["attacker", "copies", "decoys", "junk", "decoy"];
const HONEST = ["improver", "rival", "honest"];

/** Class of a side: its colour says whether it is the old champion, an honest comer or an attacker. */
export function classOf(side: string): string {
  if (side === "first") return "first";
  if (HONEST.includes(side)) return "honest";
  return ATTACKERS.includes(side) ? "attack" : "other";
}

/** Draws a panel at a height of the picture. */
export function drawPanel(panel: Panel, top: number): string {
  const race = raceOf(panel);
  const epochs = Math.max(1, race.paid.length), roundsOf = panel.scenario.rounds ?? 200;
  const high = Math.max(4, ...race.needed.map((one) => one.high)) * 1.25;
  const x = (epoch: number) => round(LEFT + WIDTH * epoch / epochs);
  const y = (nats: number) =>
    round(TOP + PLOT * (1 - (Math.min(high, Math.max(FLOOR, nats)) - FLOOR) / (high - FLOOR)));
  const scale = { x, y, high };
  return [
    `<g transform="translate(0 ${top})" role="img" aria-label="${escape(summaryOf(panel, race))}">`,
    titleOf(panel),
    legend(race),
    race.leads.length > 0 ? drawRace(race, scale) : drawShares(race, x),
    band(race, x),
    axis(epochs, roundsOf, x),
    "</g>",
  ].join("\n");
}

/** Longest title that fits, in letters. */
const TITLE = 78;

function titleOf({ rule, scenario }: Panel): string {
  const whole = `${rule.toUpperCase()} · ${scenario.title}`;
  return text(
    LEFT,
    18,
    whole.length > TITLE ? `${whole.slice(0, TITLE - 1)}…` : whole,
    whole.length > 60 ? "title long" : "title",
  );
}

interface Scale {
  x(epoch: number): number;
  y(nats: number): number;
  readonly high: number;
}

function drawRace(race: Race, scale: Scale): string {
  const { x, y, high } = scale;
  const parts: string[] = [];
  for (let nats = 0; nats < high; nats += high > 12 ? 5 : 2) {
    parts.push(
      `<path class="grid" d="M${LEFT} ${y(nats)}H${LEFT + WIDTH}"/>`,
      text(LEFT - 6, y(nats) + 4, String(nats), "tick end"),
    );
  }
  parts.push(text(LEFT - 26, TOP - 10, "nats", "tick"));
  // Many of a kind are drawn thinner and first, so that the few stand out.
  const many = (lead: Lead) => race.leads.filter((one) => one.side === lead.side).length > 6;
  for (const lead of race.leads.filter(many)) parts.push(drawLead(lead, scale, " crowd"));
  for (const lead of race.leads.filter((one) => !many(one))) parts.push(drawLead(lead, scale, ""));
  parts.push(threshold(race, scale));
  for (const { epoch, name, side } of race.crownings) {
    const right = x(epoch) > LEFT + WIDTH * 0.75;
    parts.push(
      `<path class="crowning ${classOf(side)}" d="M${x(epoch)} ${TOP - 4}V${TOP + PLOT}"/>`,
      text(x(epoch) + (right ? -5 : 5), TOP + 6, `${name} crowned`, `label ${classOf(side)}${right ? " end" : ""}`),
    );
  }
  return parts.join("\n");
}

function drawLead({ points, side, end, name }: Lead, { x, y }: Scale, crowd: string): string {
  const path = points.map(([epoch, nats], i) => `${i === 0 ? "M" : "L"}${x(epoch)} ${y(nats)}`).join("");
  const [epoch, nats] = points.at(-1)!;
  const line = `<path class="lead ${classOf(side)}${crowd}" d="${path}"><title>${escape(name)}</title></path>`;
  if (end === "open") return line;
  return `${line}<circle class="${end} ${classOf(side)}" cx="${x(epoch)}" cy="${y(nats)}" r="${
    end === "crowned" ? 4 : 2.5
  }"/>`;
}

/** The evidence that is needed: one line, or a strip where slots differ. */
function threshold({ needed }: Race, { x, y }: Scale): string {
  if (needed.length === 0) return "";
  const steps = (pick: "low" | "high") =>
    needed.map((one, i) => `${i === 0 ? `M${x(one.epoch - 1)} ${y(one[pick])}` : ""}L${x(one.epoch)} ${y(one[pick])}`)
      .join("");
  const last = needed.at(-1)!, ends = last.epoch, place = x(ends) > LEFT + WIDTH - 60 ? " end" : "";
  const label = text(
    x(ends) + (place === "" ? 5 : 0),
    y(last.high) + (place === "" ? 4 : -5),
    "needed",
    `label${place}`,
  );
  const upper = needed.some(({ low, high }) => high - low > 0.01) ? `<path class="needed" d="${steps("high")}"/>` : "";
  return `${upper}<path class="needed" d="${steps("low")}"/>${label}`;
}

function band(race: Race, x: (epoch: number) => number): string {
  const parts = [
    `<rect class="unpaid" x="${LEFT}" y="${BAND_TOP}" width="${WIDTH}" height="${BAND}"/>`,
    text(LEFT - 6, BAND_TOP + 13, "paid", "tick end"),
    ...stack(race, x, BAND_TOP, BAND),
  ];
  return parts.join("\n");
}

/** A rule without a race is shown by what it pays, in the large. */
function drawShares(race: Race, x: (epoch: number) => number): string {
  const parts = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => {
    const at = TOP + PLOT * (1 - share);
    return [
      `<path class="grid" d="M${LEFT} ${round(at)}H${LEFT + WIDTH}"/>`,
      text(LEFT - 6, at + 4, `${100 * share} %`, "tick end"),
    ];
  });
  return [...parts, ...stack(race, x, TOP, PLOT)].join("\n");
}

/** Shares by side, one above the other, from the top down. */
function stack(race: Race, x: (epoch: number) => number, from: number, size: number): string[] {
  const parts: string[] = [];
  // Equal neighbours are one rectangle: fifty seams would show.
  for (let begin = 0, to = 0; begin < race.paid.length; begin = to) {
    const key = JSON.stringify(race.paid[begin]);
    for (to = begin + 1; to < race.paid.length && JSON.stringify(race.paid[to]) === key;) to++;
    let top = from;
    for (const side of race.sides) {
      const height = size * (race.paid[begin]![side] ?? 0);
      if (height === 0) continue;
      parts.push(
        `<rect class="pay ${classOf(side)}" x="${x(begin)}" y="${round(top)}" width="${
          round(x(to) - x(begin))
        }" height="${round(height)}"><title>${escape(side)}</title></rect>`,
      );
      top += height;
    }
  }
  return parts;
}

function axis(epochs: number, roundsOf: number, x: (epoch: number) => number): string {
  const step = Math.max(1, Math.ceil(epochs / 5));
  const parts: string[] = [];
  for (let epoch = 0; epoch <= epochs; epoch += step) {
    const place = epoch === 0 ? "" : epoch === epochs ? " end" : " middle";
    parts.push(
      text(x(epoch), BAND_TOP + BAND + 16, `${epoch * roundsOf}${epoch === 0 ? " rounds" : ""}`, `tick${place}`),
    );
  }
  return parts.join("\n");
}

function legend({ sides }: Race): string {
  let at = LEFT;
  return sides.map((side) => {
    const mark = `<rect class="pay ${classOf(side)}" x="${at}" y="30" width="10" height="10" rx="2"/>`;
    const label = text(at + 15, 39, side, "key");
    at += 15 + 7 * side.length + 18;
    return mark + label;
  }).join("\n");
}

/** What the panel says, for those who cannot see it. */
function summaryOf({ rule, scenario }: Panel, { paid, sides, crownings }: Race): string {
  const shares = sides.map((side) => {
    const sum = paid.reduce((total, one) => total + (one[side] ?? 0), 0);
    return `${side} ${Math.round(100 * sum / Math.max(1, paid.length))} %`;
  });
  const crowned = crownings.map(({ name, epoch }) => `${name} after ${epoch} epochs`).join(", ") || "nobody";
  return `${rule}, ${scenario.title}: paid ${shares.join(", ")}; crowned ${crowned}`;
}

function text(x: number, y: number, content: string, style: string): string {
  return `<text class="${style}" x="${round(x)}" y="${round(y)}">${escape(content)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Text that markup cannot take for its own. */
export function escape(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
