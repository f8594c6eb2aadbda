/** The version of the Zapier app: Zapier runs several side by side. */
export const VERSION = '0.1.0'
