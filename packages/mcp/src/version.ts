/** This package's version, as the server tells it. */
export const VERSION = '0.1.0'
