import { joinedJavaScript } from '../../../kubernetes/launchers/source.ts';

/** In the order in which they are joined: a part uses those before it. */
const PARTS = [
  'messages.js',
  'display.js',
  'evaluate.js',
  'cells.js',
  'node-worker.js',
  'node-input.js',
  'node.js',
];

/**
 * What runs cells in a Node, the text of one module (node.js says how it is started).
 * @throws when a part cannot be read
 */
export function nodeCells(): string {
  return joinedJavaScript(PARTS.map((name) => new URL(name, import.meta.url)));
}
