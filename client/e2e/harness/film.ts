/** A photograph of a phone's screen as the film of a fake camera: YUV4MPEG2, which Chromium plays in a loop. */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PNG } from 'pngjs'

const WIDTH = 640
const HEIGHT = 480
const FRAMES = 10
const TABLE_GREY = 168

/** @returns the film's path: the picture in the middle, as large as it fits, on a grey table */
export function film(picture: Buffer): string {
  const luma = Buffer.alloc(WIDTH * HEIGHT, TABLE_GREY)
  lay(PNG.sync.read(picture), luma)
  const chroma = Buffer.alloc((WIDTH * HEIGHT) / 2, 128)
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, chroma])
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420mpeg2\n`)
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'zheng-film-')), 'camera.y4m')
  writeFileSync(file, Buffer.concat([head, ...Array<Buffer>(FRAMES).fill(frame)]))
  return file
}

function lay(png: PNG, luma: Buffer): void {
  const scale = Math.min(1, (WIDTH * 0.92) / png.width, (HEIGHT * 0.92) / png.height)
  const [width, height] = [Math.floor(png.width * scale), Math.floor(png.height * scale)]
  const [left, top] = [(WIDTH - width) >> 1, (HEIGHT - height) >> 1]
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) luma[(top + y) * WIDTH + left + x] = average(png, x / scale, y / scale, 1 / scale)
  }
}

/** Mean brightness (16 to 235, as video has it) of the square of `size` source dots at x, y. */
function average(png: PNG, x: number, y: number, size: number): number {
  const span = Math.max(1, Math.round(size))
  let [sum, count] = [0, 0]
  for (let row = Math.floor(y); row < Math.min(png.height, Math.floor(y) + span); row++) {
    for (let column = Math.floor(x); column < Math.min(png.width, Math.floor(x) + span); column++) {
      const at = (row * png.width + column) * 4
      sum += 0.299 * png.data[at]! + 0.587 * png.data[at + 1]! + 0.114 * png.data[at + 2]!
      count++
    }
  }
  return Math.round(16 + ((sum / Math.max(1, count)) * 219) / 255)
}
