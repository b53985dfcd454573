import { type GarmentCut, placeOf } from './garment.js';
import { BOARD, bothSides, svg } from './svg.js';
import { TOP } from './upper-body-cut.js';

/** What holds a garment up: nothing, a hanger on a rail, a mannequin, or a plinth for what is no garment. */
export type Stage = 'none' | 'hanger' | 'mannequin' | 'plinth';

const { centre } = BOARD;
const SKIN = { fill: '#e4d9c9', shade: '#c9b8a2', line: '#a8967f' } as const;

/** What is drawn behind the garment, in its own coordinates. */
export function drawStage(stage: Stage, cut: GarmentCut): string {
  const { top } = placeOf(cut);
  switch (stage) {
    case 'none':
      return '';
    case 'plinth':
      return cut.shape === 'bag' || cut.shape === 'hat'
        ? plinth(cut.shape === 'hat' ? top + cut.length + 30 : top + cut.length - 4)
        : '';
    case 'hanger':
      return cut.shape === 'upper-body' || cut.shape === 'jumpsuit'
        ? hanger()
        : clipHanger(top, 'waist' in cut ? cut.waist : 50);
    case 'mannequin':
      return cut.shape === 'upper-body' ? bust() : cut.shape === 'jumpsuit' ? legs(TOP + 120) + bust() : legs(top);
  }
}

function solid(path: string): string {
  const shade = [16, 8].map(
    (width) => svg`<path d="${path}" fill="none" stroke="${SKIN.shade}" stroke-width="${width}" stroke-opacity=".3"/>`,
  );
  return svg`<path d="${path}" fill="${SKIN.fill}"/>${shade}<path d="${path}" fill="url(#body)" stroke="${SKIN.line}" stroke-width="1"/>`;
}

/** The dressmaker's bust: neck with a wooden cap, torso, pole. */
function bust(): string {
  const x = (distance: number): number => centre + distance;
  const torso = svg`M${x(-17)} ${TOP - 34}C${x(-16)} ${TOP - 12} ${x(-22)} ${TOP - 3} ${x(-36)} ${TOP + 6}C${x(-58)} ${TOP + 14} ${x(-66)} ${TOP + 22} ${x(-62)} ${TOP + 50}C${x(-58)} ${TOP + 82} ${x(-44)} ${TOP + 104} ${x(-43)} ${TOP + 128}C${x(-43)} ${TOP + 150} ${x(-58)} ${TOP + 170} ${x(-59)} ${TOP + 200}Q${x(-58)} ${TOP + 222} ${x(-40)} ${TOP + 226}Q${x(0)} ${TOP + 236} ${x(40)} ${TOP + 226}Q${x(58)} ${TOP + 222} ${x(59)} ${TOP + 200}C${x(58)} ${TOP + 170} ${x(43)} ${TOP + 150} ${x(43)} ${TOP + 128}C${x(44)} ${TOP + 104} ${x(58)} ${TOP + 82} ${x(62)} ${TOP + 50}C${x(66)} ${TOP + 22} ${x(58)} ${TOP + 14} ${x(36)} ${TOP + 6}C${x(22)} ${TOP - 3} ${x(16)} ${TOP - 12} ${x(17)} ${TOP - 34}Z`;
  const cap = svg`<ellipse cx="${centre}" cy="${TOP - 34}" rx="17" ry="5.5" fill="#9a6f45"/><path d="M${x(-3)} ${TOP - 36}Q${x(-9)} ${TOP - 46} ${x(0)} ${TOP - 52}Q${x(9)} ${TOP - 46} ${x(3)} ${TOP - 36}Z" fill="#8a6039"/>`;
  return solid(torso) + cap;
}

/** What the bust stands on, in the coordinates of the board. */
export function drawStand(x: number): string {
  const foot = 440;
  return svg`<ellipse cx="${x + 10}" cy="${foot + 3}" rx="66" ry="9" fill="#000" fill-opacity=".14"/><ellipse cx="${x}" cy="${foot + 3}" rx="50" ry="9" fill="#75502e"/><ellipse cx="${x}" cy="${foot}" rx="50" ry="8.5" fill="#9a6f45"/><path d="M${x} 240V${foot}" stroke="#8a6039" stroke-width="8"/><path d="M${x - 2} 240V${foot}" stroke="#b98d60" stroke-width="2.2"/>`;
}

/** The mannequin's lower half, cut at the waist. */
function legs(top: number): string {
  const foot = top + 392;
  const leg = bothSides((at) =>
    solid(
      svg`M${at(0)} ${top - 16}H${at(44)}C${at(46)} ${top + 14} ${at(62)} ${top + 34} ${at(61)} ${top + 70}C${at(60)} ${top + 130} ${at(46)} ${top + 180} ${at(46)} ${top + 222}C${at(48)} ${top + 270} ${at(38)} ${top + 320} ${at(35)} ${foot - 22}Q${at(40)} ${foot} ${at(34)} ${foot + 3}Q${at(24)} ${foot + 6} ${at(20)} ${foot}Q${at(17)} ${foot - 14} ${at(19)} ${foot - 24}C${at(16)} ${top + 320} ${at(16)} ${top + 270} ${at(17)} ${top + 226}C${at(16)} ${top + 180} ${at(8)} ${top + 130} ${at(1)} ${top + 92}Z`,
    ),
  );
  return svg`${leg}<ellipse cx="${centre}" cy="${top - 16}" rx="44" ry="7" fill="${SKIN.shade}" stroke="${SKIN.line}"/>`;
}

function rail(y: number): string {
  return svg`<path d="M-300 ${y + 7}H700" stroke="#000" stroke-opacity=".12" stroke-width="6"/><path d="M-300 ${y}H700" stroke="#6d5a48" stroke-width="5"/><path d="M-300 ${y - 1.2}H700" stroke="#a18b72" stroke-width="1.4"/>`;
}

function hook(from: number, to: number): string {
  return svg`<path d="M${centre} ${from}V${to + 16}Q${centre} ${to + 8} ${centre + 8} ${to + 4}Q${centre + 12} ${to - 9} ${centre} ${to - 8}Q${centre - 8} ${to - 7} ${centre - 8} ${to + 1}" fill="none" stroke="#8d8f94" stroke-width="3" stroke-linecap="round"/>`;
}

function hanger(): string {
  const wood = svg`M${centre - 62} ${TOP + 20}Q${centre - 30} ${TOP - 2} ${centre} ${TOP - 12}Q${centre + 30} ${TOP - 2} ${centre + 62} ${TOP + 20}`;
  return svg`${rail(TOP - 62)}${hook(TOP - 12, TOP - 62)}<path d="${wood}" fill="none" stroke="#8f6437" stroke-width="11" stroke-linecap="round"/><path d="${wood}" fill="none" stroke="#c1925c" stroke-width="7" stroke-linecap="round"/>`;
}

function clipHanger(top: number, waist: number): string {
  const y = top - 20;
  const clips = bothSides(
    (at) =>
      svg`<path d="M${at(waist - 18)} ${y - 4}h${at(9) - at(0)}l${at(3) - at(0)} 26h${at(-15) - at(0)}z" fill="#b9bcc2" stroke="#75787e"/>`,
  );
  return svg`${rail(y - 46)}${hook(y, y - 46)}<path d="M${centre - waist - 6} ${y}H${centre + waist + 6}" stroke="#c1925c" stroke-width="7" stroke-linecap="round"/>${clips}`;
}

function plinth(y: number): string {
  return svg`<path d="M74 ${y}V620H326V${y}Z" fill="#f4efe6"/><path d="M74 ${y}V620H326V${y}Z" fill="url(#body)"/><ellipse cx="${centre}" cy="${y}" rx="126" ry="17" fill="#fbf8f1"/><ellipse cx="${centre + 4}" cy="${y + 2}" rx="96" ry="11" fill="#000" fill-opacity=".14"/>`;
}
