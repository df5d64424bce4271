/** The picture of some runs: a file that needs nothing from outside, readable in light and in dark. @module */
import { drawPanel, escape, PANEL } from "./panel.ts";
import type { Panel } from "./race.ts";

const LIGHT = "--ground:#fff;--ink:#1c2330;--quiet:#667085;--line:#e4e7ec;--empty:#eef0f3;" +
  "--first:#7a8699;--honest:#1f6fd6;--attack:#d2560b;--other:#7b4fc9;--needed:#1c2330";
const DARK = "--ground:#12161d;--ink:#e6e9ef;--quiet:#97a1b1;--line:#262d38;--empty:#1c222c;" +
  "--first:#8b97aa;--honest:#5ea2ff;--attack:#ff9147;--other:#b48cff;--needed:#e6e9ef";

const STYLE = `
svg.race{font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;background:var(--ground)}
svg.race text{fill:var(--ink)}
svg.race .title{font-weight:600;font-size:14px}svg.race .title.long{font-size:12px}
svg.race .tick,svg.race .quiet{fill:var(--quiet);font-size:11px}
svg.race .key,svg.race .label{font-size:11px}
svg.race .end{text-anchor:end}svg.race .middle{text-anchor:middle}
svg.race .grid{stroke:var(--line);fill:none}
svg.race rect{shape-rendering:crispEdges}svg.race .unpaid{fill:var(--empty)}
svg.race .lead{fill:none;stroke-width:2;stroke-linejoin:round}
svg.race .lead.crowd{stroke-width:1.2;opacity:.55}
svg.race .needed{fill:none;stroke:var(--needed);stroke-width:1.2;stroke-dasharray:5 4}
svg.race .crowning{fill:none;stroke-width:1;stroke-dasharray:2 3}
svg.race .lead.honest,svg.race .crowning.honest{stroke:var(--honest)}
svg.race .lead.attack,svg.race .crowning.attack{stroke:var(--attack)}
svg.race .lead.first,svg.race .crowning.first{stroke:var(--first)}
svg.race .lead.other,svg.race .crowning.other{stroke:var(--other)}
svg.race .pay.honest,svg.race circle.honest,svg.race text.label.honest{fill:var(--honest)}
svg.race .pay.attack,svg.race circle.attack,svg.race text.label.attack{fill:var(--attack)}
svg.race .pay.first,svg.race circle.first,svg.race text.label.first{fill:var(--first)}
svg.race .pay.other,svg.race circle.other,svg.race text.label.other{fill:var(--other)}
`;

const COLOURS = (root: string) => `${root}{${LIGHT}}@media(prefers-color-scheme:dark){${root}{${DARK}}}`;

/** Draws panels, one below the other (`svg`) or side by side where there is room (`html`). */
export function drawPicture(panels: readonly Panel[], form: "html" | "svg"): string {
  if (form === "svg") {
    const height = panels.length * (PANEL.height + 8);
    const body = panels.map((panel, i) => drawPanel(panel, i * (PANEL.height + 8))).join("\n");
    return `${open(height)}<style>${COLOURS("svg")}${STYLE}</style>\n${body}\n</svg>\n`;
  }
  const figures = panels.map((panel) =>
    `<figure>${open(PANEL.height)}${drawPanel(panel, 0)}</svg><figcaption>${
      escape(panel.scenario.about)
    }.</figcaption></figure>`
  );
  const seeds = [...new Set(panels.map(({ seed }) => seed))].join(", ");
  const page = `body{margin:0;padding:24px;background:var(--ground);color:var(--ink);` +
    `font:14px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}` +
    `main{display:grid;gap:24px;grid-template-columns:repeat(auto-fit,minmax(min(100%,520px),1fr));max-width:1360px;margin:auto}` +
    `header,figure{margin:0}header{max-width:1360px;margin:0 auto 20px}h1{font-size:20px;margin:0 0 4px}` +
    `p{margin:0;max-width:78ch;color:var(--quiet)}figcaption{color:var(--quiet);padding-left:6%}svg{width:100%;height:auto;display:block}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><title>af simulate: the race</title>
<style>${COLOURS(":root")}${STYLE}${page}</style></head><body>
<header><h1>The race for the crown</h1><p>Each line is a challenger's evidence of being better than the champion, in nats
(e to its power is the odds); at the dashed line it is certified. That is not enough for the crown: a line that ends in a small dot is a duel that the rule stopped,
such as that of a model which is worse elsewhere. A large dot is a crowning, after which all begin again. The band says who is paid. Run with the seed ${
    escape(seeds)
  }.</p></header>
<main>
${figures.join("\n")}
</main></body></html>
`;
}

function open(height: number): string {
  return `<svg class="race" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${PANEL.width} ${height}" width="${PANEL.width}" height="${height}">`;
}
