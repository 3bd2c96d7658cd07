/** Where the phone is, in the coordinates Chinese map services use (gcj02), no finer than about 100 m. Kept nowhere. */

export interface Position {
  latitude: number
  longitude: number
}

export type NoPosition = 'refused' | 'unavailable'

/** The phone did not say where it is. */
export class NotLocated extends Error {
  constructor(readonly why: NoPosition) {
    super(why)
  }
}

const WAIT = 15_000

/** @throws NotLocated when the person refused, or the phone cannot tell */
export function locate(): Promise<Position> {
  // #ifdef H5
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) return reject(new NotLocated('unavailable'))
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve(coarse(toGcj02(coords))),
      (fault) => reject(new NotLocated(fault.code === 1 ? 'refused' : 'unavailable')),
      { timeout: WAIT, maximumAge: 60_000 },
    )
  })
  // #endif
  // #ifndef H5
  return new Promise((resolve, reject) => {
    uni.getLocation({
      type: 'gcj02',
      success: (answer) => resolve(coarse(answer)),
      fail: (fault: { errMsg?: string }) => reject(new NotLocated(/deny|auth|privacy/i.test(fault.errMsg ?? '') ? 'refused' : 'unavailable')),
    })
  })
  // #endif
}

/** Three decimals: enough to tell villages apart, too little to tell houses. */
function coarse({ latitude, longitude }: Position): Position {
  return { latitude: Math.round(latitude * 1000) / 1000, longitude: Math.round(longitude * 1000) / 1000 }
}

const AXIS = 6_378_245
const SQUARED_ECCENTRICITY = 0.006693421622965943
const RADIAN = Math.PI / 180

/** What satellites say (WGS 84) in the shifted grid of Chinese maps, good to a few metres. */
export function toGcj02({ latitude, longitude }: Position): Position {
  const [x, y] = [longitude - 105, latitude - 35]
  const latitudeShift =
    -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) + waves(x, [20, 6], [20, 2]) +
    (2 / 3) * (20 * sine(y) + 40 * sine(y / 3) + 160 * sine(y / 12) + 320 * sine(y / 30))
  const longitudeShift =
    300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) + waves(x, [20, 6], [20, 2]) +
    (2 / 3) * (20 * sine(x) + 40 * sine(x / 3) + 150 * sine(x / 12) + 300 * sine(x / 30))
  const sin = Math.sin(latitude * RADIAN)
  const bulge = 1 - SQUARED_ECCENTRICITY * sin * sin
  const meridian = (AXIS * (1 - SQUARED_ECCENTRICITY)) / (bulge * Math.sqrt(bulge))
  const parallel = (AXIS / Math.sqrt(bulge)) * Math.cos(latitude * RADIAN)
  return {
    latitude: latitude + latitudeShift / (meridian * RADIAN),
    longitude: longitude + longitudeShift / (parallel * RADIAN),
  }
}

function sine(turns: number): number {
  return Math.sin(turns * Math.PI)
}

/** Two thirds of a sum of waves in the east-west direction; each is [size, frequency]. */
function waves(x: number, ...parts: [number, number][]): number {
  return (2 / 3) * parts.reduce((sum, [size, frequency]) => sum + size * sine(frequency * x), 0)
}
