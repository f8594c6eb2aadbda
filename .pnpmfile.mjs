// The `source` condition is for this workspace, where the sources run unbuilt; they are not in a tarball.
const withoutSource = (exports) => {
  if (typeof exports !== 'object' || exports === null) return exports
  return Object.fromEntries(
    Object.entries(exports)
      .filter(([condition]) => condition !== 'source')
      .map(([condition, target]) => [condition, withoutSource(target)])
      // What has nothing but sources is for this workspace alone.
      .filter(([, target]) => typeof target === 'string' || Object.keys(target).length > 0),
  )
}

export const hooks = {
  beforePacking: (manifest) => ({ ...manifest, exports: withoutSource(manifest.exports) }),
}
