/** The demonstration server of a test run: shared with the mini-program's tests. */
export { simulator, startServer } from '../../tools/demo-server.cjs'
