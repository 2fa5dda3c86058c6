// Who → door → what they may do, at a glance. For a screen reader it is one sentence; the table below says all of it.
import type { Picture, PictureLink } from "../state/doorsPicture";

const LEGEND: { look: string; word: string }[] = [
  { look: "link-open link-everyone", word: "◆ open to everyone" },
  { look: "link-open", word: "open" },
  { look: "link-dormant", word: "dormant: works again when a setting is changed back" },
  { look: "link-unknown", word: "not known: what shows it was not read" },
  { look: "link-open link-spare", word: "▲ not needed: Trusted Access can take its place" },
];

const lookOf = (link: PictureLink) => `link-${link.state}${link.everyone ? " link-everyone" : ""}${link.notNeeded ? " link-spare" : ""}`;

/** Shapes of the legend: no colour tells anything alone. */
const glyphsOf = (link: PictureLink) => `${link.everyone ? "◆" : ""}${link.notNeeded ? "▲" : ""}`;

function pathOf({ from, to }: PictureLink): string {
  const half = (from.x + to.x) / 2;
  return `M${from.x} ${from.y}C${half} ${from.y} ${half} ${to.y} ${to.x} ${to.y}`;
}

export function DoorsPicture({ picture, words }: { picture: Picture; words: string }) {
  return (
    <figure className="picture">
      <figcaption className="small">
        {LEGEND.map(({ look, word }) => (
          <span key={word} className="row">
            <svg className="sample-link" aria-hidden="true" viewBox="0 0 34 10">
              <path className={look} d="M0 5H34" strokeWidth={4} />
            </svg>
            {word}
          </span>
        ))}
        <span>The wider a line, the more it lets in: most where it leads to everything, half where it is dormant.</span>
      </figcaption>
      <svg role="img" aria-label={words} viewBox={`0 0 ${picture.width} ${picture.height}`}>
        {picture.columns.map((column) => (
          <text key={column.title} className="columnhead" x={column.x} y={16}>
            {column.title}
          </text>
        ))}
        {picture.links.map((link) => (
          <path key={link.key} className={lookOf(link)} d={pathOf(link)} strokeWidth={link.width} />
        ))}
        {picture.links.filter((link) => glyphsOf(link) !== "").map((link) => (
          <text key={link.key} className={link.notNeeded ? "glyph spare" : "glyph"} textAnchor="middle" x={(link.from.x + link.to.x) / 2} y={(link.from.y + link.to.y) / 2 + 5}>
            {glyphsOf(link)}
          </text>
        ))}
        {picture.boxes.map((box) => (
          <g key={box.key}>
            <title>{box.hint}</title>
            <rect x={box.x + 0.5} y={box.y + 0.5} width={picture.boxWidth - 1} height={box.height - 1} rx={4} />
            <text className="boxtitle" x={box.x + 12} y={box.y + box.height / 2 - 4}>
              {box.title}
            </text>
            <text className="boxline" x={box.x + 12} y={box.y + box.height / 2 + 13}>
              {box.line}
            </text>
          </g>
        ))}
      </svg>
    </figure>
  );
}
