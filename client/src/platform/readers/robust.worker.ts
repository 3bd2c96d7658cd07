/** The robust QR reader in a thread of its own: WebAssembly, 1 MB, for blurred, slanted, torn and inverted codes. */
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'
import wasm from 'zxing-wasm/reader/zxing_reader.wasm?url'
import { serve } from './serve'

// Left to itself the library would ask a CDN for it.
prepareZXingModule({ overrides: { locateFile: () => wasm } })

serve(async ({ data, width, height }) => {
  const pixels = new Uint8ClampedArray(data)
  const found = await readBarcodes(new ImageData(pixels, width, height), { formats: ['QRCode'], tryHarder: true, maxNumberOfSymbols: 1 })
  return found.find((one) => one.isValid && one.text)?.text ?? null
})
