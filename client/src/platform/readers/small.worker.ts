/** The small QR reader in a thread of its own: 38 kB, some 30 ms a picture, good for a code held straight. */
import decodeQR from 'qr/decode.js'
import { serve } from './serve'

serve(({ data, width, height }) => {
  try {
    return decodeQR({ data, width, height })
  } catch {
    // It throws for every picture without a code.
    return null
  }
})
