/** How a reader's thread is spoken to: a picture in, the text of its code out. */
export interface Frame {
  width: number
  height: number
  /** RGBA, four bytes a dot. */
  data: Uint8ClampedArray
}

export interface Asked extends Frame {
  id: number
}

/** `text` null: no code in this picture. `broken`: the reader itself does not work (its parts did not load). */
export interface Told {
  id: number
  text: string | null
  broken: boolean
}

interface WorkerScope {
  onmessage: ((event: { data: Asked }) => void) | null
  postMessage: (told: Told) => void
}

/** Answers every picture with `read`; only for use inside a worker. */
export function serve(read: (frame: Frame) => string | null | Promise<string | null>): void {
  const scope = self as unknown as WorkerScope
  scope.onmessage = async ({ data: asked }) => {
    try {
      scope.postMessage({ id: asked.id, text: await read(asked), broken: false })
    } catch {
      scope.postMessage({ id: asked.id, text: null, broken: true })
    }
  }
}
