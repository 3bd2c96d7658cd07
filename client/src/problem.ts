/** What went wrong, in words a person can act on (RFC 9457 from the server, or our own for a bad network). */
export type Trouble =
  | 'offline' // no connection
  | 'timeout' // no answer in time
  | 'portal' // something that is not our server answered: a Wi-Fi log-in page, a broken proxy, half a body
  | 'refused' // 4xx: the server understood and said no
  | 'broken' // 5xx: the server is ill

interface ProblemBody {
  code?: string
  detail?: string
  errors?: unknown
  trace_id?: string
  [fact: string]: unknown
}

const WORDS: Record<Exclude<Trouble, 'refused'>, string> = {
  offline: '现在没有网络。已填的内容都在，连上网后再试一次。',
  timeout: '网络太慢，没有等到回音。请再试一次，不会重复提交。',
  portal: '这个网络可能要先登录（比如公共 Wi-Fi）。请换成手机流量，或打开浏览器登录后再试。',
  broken: '系统暂时出了问题，您填的内容没有丢。请过几分钟再试。',
}

export class Problem extends Error {
  constructor(
    readonly trouble: Trouble,
    readonly status: number,
    readonly code: string,
    detail: string,
    /** Chinese words by field, flattened: `{"phone": "请输入 11 位手机号"}`. */
    readonly fields: Record<string, string> = {},
    readonly trace = '',
    /** Seconds the server asks us to wait. */
    readonly waitSeconds = 0,
    /** What the problem says besides: `existing` applications, the `consent_kind` that is missing. */
    readonly facts: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail)
  }

  /** Whether asking again may help, without the person changing anything. */
  get passing(): boolean {
    return this.trouble !== 'refused' || this.status === 429 || this.status === 408
  }

  static of(trouble: Exclude<Trouble, 'refused'>, status = 0): Problem {
    return new Problem(trouble, status, trouble, WORDS[trouble])
  }

  static fromAnswer(status: number, body: ProblemBody, headers: Record<string, string>): Problem {
    const wait = Number(headers['retry-after'] ?? 0) || 0
    const trouble = status >= 500 ? 'broken' : 'refused'
    const words = body.detail || (trouble === 'broken' ? WORDS.broken : '没有办成，请返回重试。')
    return new Problem(trouble, status, body.code ?? `http_${status}`, words, flat(body.errors), body.trace_id ?? '', wait, body)
  }
}

/** Anything thrown, as a Problem: what is not one is a fault of ours and is said so. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown
  console.error(thrown)
  return new Problem('broken', 0, 'client_fault', '这一页出了差错。请返回重试，若还不行请联系村（居）委会。')
}

/** `{"json": {"items": {"0": {"message": ["…"]}}}}` to `{"items.0.message": "…"}`. */
function flat(errors: unknown, path: string[] = []): Record<string, string> {
  if (typeof errors === 'string') return { [path.join('.')]: errors }
  if (Array.isArray(errors) && errors.every((item) => typeof item === 'string')) return { [path.join('.')]: errors.join('；') }
  if (errors === null || typeof errors !== 'object') return {}
  const parts = Object.entries(errors).map(([name, inner]) =>
    flat(inner, path.length === 0 && ['json', 'query', 'form', 'path'].includes(name) ? path : [...path, name]),
  )
  return Object.assign({}, ...parts) as Record<string, string>
}
