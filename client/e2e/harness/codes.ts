/** QR codes as pictures, for cameras and albums of tests. */
import encodeQR from 'qr'
import { PNG } from 'pngjs'

const DOTS = 6

export function qrPicture(text: string): Buffer {
  const cells = encodeQR(text, 'raw', { ecc: 'medium', border: 4 })
  const side = cells.length * DOTS
  const png = new PNG({ width: side, height: side })
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const dark = cells[Math.floor(y / DOTS)]![Math.floor(x / DOTS)]
      png.data.set(dark ? [0, 0, 0, 255] : [255, 255, 255, 255], (y * side + x) * 4)
    }
  }
  return PNG.sync.write(png)
}
