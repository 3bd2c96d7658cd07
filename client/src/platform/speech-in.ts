/**
 * Speaking in place of typing. A browser's own recogniser sends the voice to a company abroad, and WeChat's plug-in
 * sends it to another: what people tell their village goes to neither. The phone's keyboard has a microphone of its
 * own, chosen by its owner; we only say so (docs/decisions/0013).
 */
export const SPEAKING_HINT = '不想打字：点一下输入框，再按键盘上的话筒说话。'
