import { computed, ref } from 'vue'
import { announce } from '@/announce'
import { useAction } from '@/use/action'
import { useLoad } from '@/use/load'
import * as calls from './calls'

type Where = calls.Refusal['where_to_go'][number]
const MOST = 5

/** A proposed refusal: the lawful reason, words to the person, and where they can go instead. */
export function useRefusing(id: () => string) {
  const file = useLoad(() => calls.read(id()))
  const reason = ref<calls.Refusal['reason'] | ''>('')
  const words = ref('')
  const places = ref<Where[]>([])
  const faults = ref<{ reason?: string; words?: string; places?: string }>({})
  const sending = useAction((key: string, refusal: calls.Refusal) => calls.proposeRefusal(id(), refusal, key))
  const allowed = computed(() => (file.data.value?.can ?? []).some((one) => one.verb === 'propose_refusal'))

  async function load(): Promise<void> {
    await file.reload()
    if (places.value.length) return
    // Where the lists say who holds the fact, the person is led there; the clerk may change it.
    const open = (file.data.value?.findings ?? []).filter((finding) => !finding.overruled_at)
    places.value = open.length ? open.slice(0, MOST).map((finding) => ({ office: finding.office, how: finding.how_to })) : [{ office: '', how: '' }]
    if (open.length && !reason.value) reason.value = 'on_list'
  }

  function setPlace(at: number, change: Partial<Where>): void {
    places.value = places.value.map((place, index) => (index === at ? { ...place, ...change } : place))
  }

  function looked(): boolean {
    const filled = places.value.filter((place) => place.office.trim() || place.how.trim())
    faults.value = {
      ...(reason.value ? {} : { reason: '请选择理由' }),
      ...([...words.value.trim()].length < 5 ? { words: '请写给申请人看的说明，至少 5 个字' } : {}),
      ...(filled.length && filled.every((place) => place.office.trim() && place.how.trim()) ? {} : { places: '请写明可以去哪个单位、怎么办，不让人白跑' }),
    }
    return Object.keys(faults.value).length === 0
  }

  /** @returns whether it lies before the approver now */
  async function propose(): Promise<boolean> {
    if (!looked()) return false
    const where = places.value.filter((place) => place.office.trim()).map((place) => ({ office: place.office.trim(), how: place.how.trim() }))
    const done = await sending.run({ reason: reason.value as calls.Refusal['reason'], words: words.value.trim(), where_to_go: where })
    if (done) announce('已提出，等负责人决定')
    else if (sending.problem.value?.status === 409) await file.reload()
    return Boolean(done)
  }

  return {
    file, reason, words, places, faults, allowed, load, setPlace, propose, sending,
    addPlace: () => (places.value = places.value.length < MOST ? [...places.value, { office: '', how: '' }] : places.value),
    removePlace: (at: number) => (places.value = places.value.filter((_, index) => index !== at)),
  }
}
