// For the tests of this package; not part of what is published.
import zapier, { type ZObject } from 'zapier-platform-core'

/** A real `z`, as a step of an app gets it. */
export async function realZ(): Promise<ZObject> {
  const app = { version: '1.0.0', platformVersion: zapier.version }
  const tester = zapier.createAppTester(app)
  const holder: { z?: ZObject } = {}
  await tester((z: ZObject) => {
    holder.z = z
    return {}
  })
  if (holder.z === undefined) throw new Error('The tester ran no function.')
  return holder.z
}
