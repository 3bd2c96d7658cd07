import type { CameraFault } from '@/platform/camera'

interface CameraWords {
  title: string
  advice: string
  /** Whether asking again may help without leaving the app. */
  retry: boolean
}

const OTHER_WAYS = '也可以用下面的办法：从相册选图、输入文号和查验码，或用扫码枪。'

/** Why there is no picture, and what to do: every fault leaves three other ways to give a code. */
export const CAMERA_WORDS: Record<CameraFault, CameraWords> = {
  refused: {
    title: '没有获得摄像头权限',
    advice: `请在浏览器地址栏左边的图标里，把“摄像头”改为允许，再点下面的按钮。\n${OTHER_WAYS}`,
    retry: true,
  },
  absent: { title: '这台设备没有摄像头', advice: OTHER_WAYS, retry: false },
  busy: { title: '摄像头打不开', advice: `可能别的应用正在用它。请先关掉那个应用，再点下面的按钮。\n${OTHER_WAYS}`, retry: true },
  unsupported: {
    title: '这个浏览器不能用摄像头',
    advice: `请换用手机自带的浏览器，或打开微信小程序“掌上证”。\n${OTHER_WAYS}`,
    retry: false,
  },
}
