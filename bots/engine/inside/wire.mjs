import { writeSync } from 'node:fs'
import { Socket } from 'node:net'
import { lines } from './lines.mjs'

/** Opened by the supervisor: its frames come in by the first, ours leave by the second. */
const [incoming, outgoing] = [3, 4]

/**
 * Node's own channel throws in the parent what is no JSON, and bounds no line (docs/decisions/0014-runners-speak-in-lines.md).
 * @param {(frame: object) => void} hear
 * @param {() => void} left the supervisor is gone
 */
export function listen(hear, left) {
  const feed = lines((line) => hear(JSON.parse(line)))
  const buffer = Buffer.allocUnsafe(65_536)
  const callback = (size) => {
    feed(buffer.subarray(0, size))
    return true
  }
  const socket = new Socket({ fd: incoming, readable: true, writable: false, onread: { buffer, callback } })
  socket.on('error', left).on('close', left)
}

/**
 * Returns when the system has it: a frame is out whatever happens to this process next. A supervisor that does not read
 * makes us wait, and only us: code of users has threads of its own.
 * @throws Error when the supervisor is gone
 */
export function say(frame) {
  const line = Buffer.from(`${JSON.stringify(frame)}\n`)
  for (let sent = 0; sent < line.length; ) sent += writeSync(outgoing, line, sent)
}
