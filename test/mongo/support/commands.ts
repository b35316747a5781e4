import { BSON, type Document } from 'mongodb';

const HEADER_BYTES = 16;
const OP_MSG = 2013;

/** Puts the commands together that clients send over one connection; the handshake in the old form is left out. */
export class CommandReader {
  #rest = Buffer.alloc(0);

  read(bytes: Buffer): Document[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const commands: Document[] = [];
    while (this.#rest.length >= HEADER_BYTES && this.#rest.length >= this.#rest.readInt32LE(0)) {
      const length = this.#rest.readInt32LE(0);
      const message = this.#rest.subarray(0, length);
      this.#rest = this.#rest.subarray(length);
      if (message.readInt32LE(12) === OP_MSG) commands.push(parse(message.subarray(HEADER_BYTES + 4)));
    }
    return commands;
  }
}

/** The command of a message, with the documents of its other sections (`documents`, `updates`, `deletes`) in it. */
function parse(sections: Buffer): Document {
  const command: Document = {};
  for (let rest = sections; rest.length > 0; ) {
    const size = rest.readInt32LE(1);
    const section = rest.subarray(1, 1 + size);
    if (rest[0] === 0) Object.assign(command, BSON.deserialize(section));
    else Object.assign(command, parseSequence(section));
    rest = rest.subarray(1 + size);
  }
  return command;
}

function parseSequence(section: Buffer): Document {
  const nameEnd = section.indexOf(0, 4);
  const documents: Document[] = [];
  for (let at = nameEnd + 1; at < section.length; ) {
    const size = section.readInt32LE(at);
    documents.push(BSON.deserialize(section.subarray(at, at + size)));
    at += size;
  }
  return { [section.toString('utf8', 4, nameEnd)]: documents };
}
