/** The web app's own camera (getUserMedia). The mini-program has WeChat's scanner instead: see platform/scan.ts. */

/** `refused`: the person or the system said no; `absent`: no camera; `busy`: another app has it; `unsupported`: no https, or an old browser. */
export type CameraFault = 'refused' | 'absent' | 'busy' | 'unsupported'

export class CameraFailed extends Error {
  constructor(readonly why: CameraFault) {
    super(why)
  }
}

export interface Camera {
  stream: MediaStream
  /** Whether it has a lamp that can be switched. */
  hasTorch: boolean
  /** @returns whether the lamp is now as asked */
  torch: (on: boolean) => Promise<boolean>
  stop: () => void
  /** Told once when the system takes the camera away. */
  onLost: (told: () => void) => void
}

const BEHIND: MediaTrackConstraints = { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 720 } }

/** @throws CameraFailed */
export async function openCamera(): Promise<Camera> {
  if (!navigator.mediaDevices?.getUserMedia) throw new CameraFailed('unsupported')
  try {
    return cameraOf(await navigator.mediaDevices.getUserMedia({ video: BEHIND, audio: false }))
  } catch (thrown) {
    throw new CameraFailed(faultOf(thrown))
  }
}

function cameraOf(stream: MediaStream): Camera {
  const track = stream.getVideoTracks()[0]!
  const abilities = (track.getCapabilities?.() ?? {}) as { torch?: boolean }
  return {
    stream,
    hasTorch: Boolean(abilities.torch),
    torch: (on) => light(track, on),
    stop: () => stream.getTracks().forEach((one) => one.stop()),
    onLost: (told) => track.addEventListener('ended', told, { once: true }),
  }
}

async function light(track: MediaStreamTrack, on: boolean): Promise<boolean> {
  try {
    await track.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] })
    return true
  } catch {
    // Some phones say they have a lamp and then refuse it; the page says so.
    return false
  }
}

/** The names browsers give (Media Capture and Streams, 10.2; older ones have their own). */
function faultOf(thrown: unknown): CameraFault {
  const name = thrown instanceof Error || thrown instanceof DOMException ? thrown.name : ''
  if (/NotAllowed|PermissionDenied|Security/.test(name)) return 'refused'
  if (/NotFound|DevicesNotFound|Overconstrained/.test(name)) return 'absent'
  return /TypeError|NotSupported/.test(name) ? 'unsupported' : 'busy'
}
